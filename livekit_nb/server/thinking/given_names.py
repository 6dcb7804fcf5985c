"""Given names that are common where English is spoken: who is called by one is not the agent."""

from __future__ import annotations

from livekit_nb.server.thinking.words import word_set

__all__ = ["GIVEN_NAMES"]

GIVEN_NAMES = word_set(
    "aaron abby abigail adam adrian aidan aisha alan albert alex alexander alexandra alexis alfie "
    "alfred ali alice alicia alison allison alyssa amanda amber amelia amina amir amy ana andrea "
    "andrew andy angela anita ann anna annabel anne annie anthony antonio archie ariana art "
    "arthur ashley austin ava barbara beatrice becky bella ben benjamin bernard beth bethany "
    "betty bill billy bob bobby brad bradley brandon brenda brian bridget brittany brooke bruce "
    "bryan caleb cameron carl carla carlos carmen carol caroline carolyn catherine cathy chad "
    "charles charlie charlotte chase chelsea cheryl chloe chris christian christina christine "
    "christopher claire clara claudia cody colin connor corey craig crystal cynthia daisy damian "
    "dan daniel daniela danny darren dave david dean debbie deborah dennis derek diana diane "
    "diego dominic don donald donna doris dorothy doug douglas drew duncan dylan ed eddie edward "
    "eileen elaine eleanor elena eli elijah elisa elizabeth ella ellen ellie emily emma eric "
    "erica erik erin ethan eva evan eve evelyn faith fatima felix finn fiona florence frances "
    "francis frank fred freddie gabriel gail gareth gary gavin george georgia gerald gina gloria "
    "gordon grace graham grant greg gregory hailey hannah harold harriet harry harvey hassan "
    "hazel heather hector heidi helen henry holly hope howard hugo ian ibrahim imogen ingrid "
    "irene iris isaac isabel isabella isla ivan ivy jack jackie jackson jacob jade jake james "
    "jamie jan jane janet janice jared jasmine jason jay jean jeff jeffrey jen jenna jennifer "
    "jenny jeremy jerry jess jesse jessica jill jim jimmy jo joan joanna joe joel john johnny jon "
    "jonathan jordan jose joseph josh joshua joy joyce juan judith judy julia julian julie june "
    "justin kaitlyn karen karl kate katherine kathleen kathy katie kayla keith kelly ken kenneth "
    "kenny kevin khalid kim kimberly kyle lara larry laura lauren leah lee leila leo leon leonard "
    "leslie lewis liam lila lily linda lisa logan lola lori louis louise luca lucas lucia lucy "
    "luis luke lydia lynn madison maggie malcolm marc marcus margaret maria marie marilyn mario "
    "mark martha martin mary mason matt matthew maureen max maya megan melanie melissa mia "
    "michael michelle miguel mike mila miles millie mohammed molly monica morgan muhammad mustafa "
    "nancy naomi natalie natasha nathan neil nicholas nick nicola nicole nigel nina noah noel "
    "nora norma oliver olivia omar oscar owen paige pamela pat patricia patrick paul paula penny "
    "pete peter phil philip phoebe poppy priya rachel ralph ravi ray raymond rebecca reuben rhys "
    "ricardo richard rick riley rita rob robert robin roger ronald rosa rose rosie ross roy ruby "
    "russell ruth ryan sally sam samantha samir samuel sandra sanjay sara sarah scott sean "
    "sebastian shannon sharon sheila shirley simon sofia sophia sophie stacy stanley stella "
    "stephanie stephen steve steven stuart sue susan susie suzanne tamara tanya tara taylor ted "
    "teresa terry thea theo theodore theresa thomas tiffany tim timothy tina toby todd tom tommy "
    "tony tracy trevor tyler valerie vanessa vera victor victoria vincent violet virginia vivian "
    "walter wanda wayne wendy will william yasmin yusuf yvonne zac zachary zara zoe"
)
