"""Signs by which talk between people is told from talk to an agent; see `addressing`.

Patterns are matched against the words in lower case, without punctuation.
"""

from __future__ import annotations

import re

from livekit_nb.server.thinking.words import word_set

AGENTS = word_set("computer assistant agent robot bot server machine gemini ai")
OTHER_AGENTS = word_set("alexa siri cortana bixby google")
DEAR = word_set(
    "honey hon sweetie sweetheart darling dear babe baby love mom mum mommy mummy mama dad daddy "
    "papa grandma grandpa granny nana auntie aunt uncle kids guys folks boys girls ladies bro sis "
    "kiddo sir madam ma'am officer doctor professor coach"
)
ALSO_WORDS = word_set(
    "will may mark rose grace april june jack art bill rob pat sue grant chase faith hope joy drew "
    "frank max paris sydney austin madison charlotte victoria florence chelsea brooklyn georgia "
    "virginia jordan dallas ray gene dean earl duke"
)
LEAD = (
    r"(?:(?:um|uh|oh|hey|hi|hello|okay|ok|so|well|and|but|yo|no|yes|yeah|sorry|excuse me|wait|"
    r"listen|look|please|now|then|just|thanks|thank you|good morning|good night|bye|come on|right|"
    r"alright|all right) )*"
)
LEADS = word_set(
    "um uh oh hey hi hello okay ok so well and but yo no yes yeah sorry wait listen look please "
    "now thanks bye right alright good morning night thank you come on excuse me all"
)
CLOSERS = re.compile(
    r"\b(?:thanks|thank you|good night|good morning|bye|goodbye|hi|hello|hey|okay|ok|yes|no|sorry|"
    r"come on|love you|please|not now|in a minute) (?P<name>[\w'-]+)$"
)
TO_SOMEBODY = word_set(
    "can could would will do did don't are have where where's what what's why when how please come "
    "look stop let's you your you're who who's hurry wait"
)
BODY = re.compile(
    rf"^{LEAD}(?:(?:can|could|would|will) you (?:please )?(?:just )?|don't |stop )?(?:"
    r"come (?:here|on|in|over|back|with|down|up|upstairs|downstairs|home|inside|outside|and|eat)\b|"
    r"(?:sit|stand|lie|calm|slow) (?:down|still|up|back)\b|hurry(?: up)?$|hurry up\b|move over\b|"
    r"get (?:up|down|dressed|ready|back here|over here|off|in the|into the|out of|in here|"
    r"(?:your|my|the) (?:shoes?|coat|bag|jacket|hands?|keys?|mail|door|ball|salt|milk))\b|"
    r"put (?:your|on your|that down|it down|that back|it back|it away|(?:the|that|those) [\w ]+? "
    r"(?:down|away|back|in the|on the (?:table|counter|shelf|floor)))|"
    r"take (?:your|off your|out the|the (?:dog|trash|garbage|kids|bus|next|second|first)|a bite)\b|"
    r"take (?:him|her|them) |hold (?:this|that|these|still|my|onto|the (?:door|ladder|baby))\b|"
    r"(?:pass|hand) (?:me|the|us|that|over)\b|give (?:me (?:a hand|your|that|those|a (?:hug|kiss|"
    r"bite|lift|ride|minute|second|sec)|the (?:salt|keys?|remote|phone|ball|scissors|box|bag|"
    r"hammer))|it (?:to|back)|him|her|them|grandma|your)\b|bring (?:me|it here|that|your|us|the "
    r"(?:salt|keys?|plates?|bags?))\b|help (?:me (?:with (?:this|that|the|these)|carry|"
    r"lift|move|up|out|find my|get)|him|her|your)\b|wait (?:for me|up|here|outside)\b|"
    r"(?:be|being) (?:careful|nice|good|quiet|gentle)"
    r"(?: (?:with|to)|$)|watch (?:out|your|him|her|the (?:kids|baby|step))|"
    r"(?:brush|wash|eat|finish|drink|tidy|pack|zip|tie|button|mind|use|clean up|clean) your\b|"
    r"leave (?:him|her|them|your|it|me) (?:alone|there|here)\b|"
    r"(?:touch|hit|hitting|kick|kicking|fight|fighting|yell|yelling|running|run|cry|crying|push|"
    r"pushing|bother|wake) (?:that|your|the|him|her|it|around|in|each)\b|"
    r"(?:forget|lose) your\b|go (?:to (?:bed|sleep|your)|upstairs|outside|inside|home|and|ask|get|"
    r"play|away|wash|brush|say)\b|(?:answer|get) the (?:door|phone)\b|"
    r"pick (?:me|him|her|it|that|those|them|your \w+) up\b|pick up (?:your|the (?:kids|toys))\b|"
    r"pick (?:him|her|them) |(?:try|taste|smell) (?:this|it|some|one)\b|"
    r"(?:let|take) the (?:dog|cat) |walk the dog|turn around\b|"
    r"(?:set|clear) the table\b|do (?:the dishes|your homework|your)\b|"
    r"say (?:hi|hello|goodbye|sorry|thank you|bye|please) to\b|scoot\b|"
    r"let's (?:go|eat|leave|get|have|watch|order|take|meet|see|head|ask|sit)\b)"
)
PEOPLE_DO = re.compile(
    r"\b(?<!how )(?:did|have|haven't|didn't|are|aren't|were|will|won't|do|don't|would|should|when|"
    r"where|what|why|who|how long|what time) "
    r"(?:(?:did|didn't|don't|aren't|do|are|will|have|would|were|should|time|else|kind of \w+) )*"
    r"(?:you|you're|the kids|you guys|you two) "
    r"(?:(?:guys|two|all|already|even|still|ever|just|finally|really|not|going to|gonna|"
    r"remember to|forget to|manage to|have to|want to|need to|get to) )*(?:"
    r"feed|fed|eat anything|eaten|ate|had (?:lunch|dinner|breakfast|enough)|have (?:lunch|dinner|"
    r"breakfast|enough|a meeting|plans|time (?:for|to|tonight|tomorrow)|school|work|homework|any "
    r"(?:homework|plans))|want (?:for|some|any|more|another|it|one|me to|to (?:come|go|watch|eat|"
    r"join|play|sit|order|grab|get))|wanna|come (?!from)|coming|going|go|gone|been (?:to|all|"
    r"waiting)|"
    r"seen (?:my|the|his|her|our|that|them|him)|see (?:my|the game|the game|him|her|them|that|"
    r"what (?:he|she|they))|lock|locked|take|took|taken|pick|picked|call|called|talk to|talked|"
    r"spoken|speak to|buy|bought|brush|brushed|wash|washed|sleep well|sleep okay|home|ready|free|"
    r"drive|drove|pay|paid|working|at work|at school|finish|finished|done with|bring|brought|leave|"
    r"left|leaving|put (?:the|my|it|that|on)|move|moved|borrow|borrowed|wear|wearing|park|parked|"
    r"cook|cooked|cooking|make|making|made|meet|meeting|met|mind (?:if|holding|passing|moving)|"
    r"pack|packed|staying|stay|visiting|visit|watching|doing (?:tonight|this|tomorrow|after|over|"
    r"here|there|up|that|with|on)|up to (?:tonight|this|tomorrow)|crying|laughing|upset with|angry "
    r"at|late|sure about|serious|kidding|okay with|hurt|turn off|turned off|leave|get (?:home|back|"
    r"the|my|a|that|some|your|paid)|got (?:the|my|your|any)|hear (?:about|from|what|him|her|back)|"
    r"heard (?:about|from|back)|tell (?:him|her|them|your)|told|ask (?:him|her|them|your)|asked|"
    r"invited|know (?:him|her|where (?:my|the|he|she|they)|(?:if|what) (?:he|she|they)))"
    r"\b"
)
SELLS = re.compile(
    r"\b(?:call now|order now|act now|visit (?:our|us)|our website|stay tuned|coming up next|"
    r"after the break|we'll be right back|terms and conditions|limited time|brought to you by|"
    r"back to you in the studio|this just in|breaking news|your local dealer|ask your doctor|"
    r"subscribe to (?:our|the) channel|welcome back to|free shipping|money back|in theaters)\b"
)
TAG = re.compile(
    r"\b(?:isn't it|isn't he|isn't she|aren't they|aren't we|wasn't it|doesn't it|don't they|right|"
    r"huh|you know|you know what i mean|don't you think|eh|know what i mean|didn't we|won't it|"
    r"can you believe (?:it|that))$"
)
REACTION = re.compile(
    rf"^{LEAD}(?:(?:really|seriously|what|is that so|are you serious|are you kidding(?: me)?|"
    r"you're kidding|no way|oh my (?:god|gosh)|did (?:he|she|they)|does (?:he|she)|is (?:he|she)|"
    r"you did|you do|you are|did you|do you|have you|are you|who told you(?: that)?|"
    r"how so|why not|since when|says who) ?)+$"
)
EXCLAIMS = re.compile(r"^(?:what an?|how (?:nice|sad|sweet|cute|lovely|awful|weird|funny))\b")
OTHERS = word_set("he she him her his hers they them their he's she's they're he'll she'll they'll")
REQUEST = re.compile(rf"^{LEAD}(?:(?:can|could|would|will) you|(?:can|could|may) i)\b")
SELF = word_set(
    "i i'm i've i'd i'll me my mine myself you you're you've you'd you'll your yours yourself we "
    "we're we've we'd we'll us our ours"
)
US = re.compile(
    r"^" + LEAD + r"(?:(?:what|where|when|how|why|which|who|what time) )?(?:else )?"
    r"(?:should|shall|are|do|did|can|could|will|have|were|don't|aren't|must|would) we\b"
)
AMONG_PEOPLE = re.compile(
    rf"^{LEAD}(?:"
    r"(?!how are you\b)(?:(?:what|where|when|why|how|how long|what time|which \w+|who) )?"
    r"(?:did|didn't|have|haven't|had|were|weren't|are|aren't|will|won't|would) you (?!(?:guys )?"
    r"(?:say|said|mean|hear|heard|understand|understood|know|known|find|found|send|sent|add|added|"
    r"set|start|started|stop|cancel|cancelled|canceled|book|booked|order|ordered|there|here|"
    r"listening|sure|able|an?|the|real|human|gemini|okay|ok|working|called|please|tell|show|read|"
    r"play|help|explain|get (?:that|it|me)|got (?:that|it|me)|recommend|suggest|like|like to know|"
    r"be so|be able|say that|ever|think|feel|feeling|made of|made by|so slow|speaking)\b)\w|"
    r"(?:do|don't|when do|where do) you (?:need (?:a (?:ride|hand|lift|break)|some (?:rest|"
    r"sleep)|to "
    r"leave|to go)|have to|remember (?:my|our|when|that)|think we)\b|would you like (?:some|more|"
    r"another|to (?:come|go|join|dance))\b|what's wrong with you|where's (?:your|our)\b|"
    r"how (?:was|were|did) (?:your|the|school|work|it|dinner|lunch|practice|everybody)\b|"
    r"who (?!(?:wrote|invented|discovered|painted|composed|founded|built|won|directed|sang|said|"
    r"designed|created|made|played|became|ruled|killed|first|lived|came)\b)\w+(?:ed|t|ft|ook|ent|"
    r"ank|ote|oke|ew|an|ot|ate|ut) (?:the|my|our|your|a|all|it)\b|who's (?:turn|picking|coming|"
    r"driving|cooking|paying|there for)|whose \w+ is (?:it|this|that)\b|"
    r"(?:is|are|was|were|isn't|aren't) (?:there any|the|your|my|that your|this your|that my|"
    r"this my)? ?"
    r"(?:dinner|lunch|breakfast|coffee left|tea|baby|kids|children|dog|cat|food|laundry|bathroom|"
    r"shower|pasta|milk left|jacket|pen|coat|sister|brother|mother|father|wife|husband)\b|"
    r"(?:can|could|may|might) (?:i|we) (?:please )?(?:go|borrow|stay|watch|eat|come|"
    r"play (?:outside|"
    r"with)|try|sit|be excused|leave|stop|have (?:some|another|a (?:bite|sip|cookie|piece)|more|"
    r"the "
    r"(?:keys|remote|salt)))\b|"
    r"(?:throw|wipe|grab|hang|eat|move|open|show|keep|finish|check|fix|mind|close|wear|carry|drop|"
    r"empty|fold|share|lift|raise|watch|wash|use) (?:me |us |him |her )?(?:your|him|her|them)\b|"
    r"(?:tell|ask|show|help|leave|let|call|wake|meet|kiss|hug|thank) (?:your|him|her|them|mom|mum|"
    r"dad|grandma|grandpa)\b|(?:throw|grab|catch|hang|wipe|drop|carry|lift|push|pull|"
    r"fold) (?:me |us )?"
    r"(?:the|that|this|those|it|up)\b|(?:stop|quit|keep) \w+ing (?:your|the|that|him|her|with|at|"
    r"on|"
    r"around|in)\b|(?:don't|do not) (?!(?:answer|say|speak|play|add|send|call me|worry|know|you|i|"
    r"we|want|think|repeat|remind|set|turn|stop)\b)\w+|look (?:what|who|at (?:him|her|them|the|"
    r"your|"
    r"that|those))\b|smile\b|cheers\b|congratulations\b|happy (?:birthday|anniversary|new year)\b|"
    r"bless you|get well|good luck|safe travels|have (?:fun|a seat)|sleep (?:tight|well)|drive "
    r"(?:carefully|safe|safely)|blow out|turn around|guess (?:who|what)|remember (?:when|that|"
    r"how|the "
    r"time)|you (?:should|shouldn't|promised|never|always|look|owe|forgot|left|know what your|"
    r"won't "
    r"believe|have to|better|had better|'d better)\b|you're (?:late|early|home|wearing|standing|"
    r"sitting|welcome to|crying|driving|bleeding)\b|you've (?:got (?:something|a|your)|been)\b|"
    r"(?:your|my|our) (?:mother|father|mom|mum|dad|sister|brother|wife|husband|boss|landlord|"
    r"neighbou?rs?|teacher|cousin|friend|phone is ringing|tea|feet|back|head|legs|train|coat)\b|"
    r"(?:i'll|i'm going to|i'm gonna|i gotta|i've got to|i have to) (?:be|get|go|do|pick|meet|call|"
    r"see|take (?:a|the)|tell|talk|leave|come|bring|drive|cook|run|hang|head|walk|wait|make you)\b|"
    r"i'm (?:going|off|leaving|home|just on|on the|on my|not in the mood|coming|outside|downstairs|"
    r"upstairs|driving|running late)\b|i (?:love|miss|missed) you|i (?:bought|brought|made|got|"
    r"saved) "
    r"you\b|i (?:already )?told you|i ran into|i can't believe|i love you|"
    r"let me (?:call|go|get|take|drive|carry|finish|grab|put|help|tie|talk to|out|in)\b|"
    r"(?:the|your) (?:kids|baby|dog|cat|car|game|washing machine|dishwasher|neighbou?rs) "
    r"(?:is|are|was|were|just|needs?|starts?|has|have)\b|"
    r"(?:we|we've|we're|we'll) (?!(?:need|want|would like|are out|'d like|ran out|have no|"
    r"need to know|"
    r"are looking)\b)\w+|it's (?:your turn|none of|past|way past|my turn|bedtime|time (?:for|to)))"
)
