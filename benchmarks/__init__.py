"""Measurements. ``make bench`` runs them all; each states ratios within one run where it can."""
