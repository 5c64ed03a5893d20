"""Which brands a post names: configuration, matching, rules for X."""

from pipeline.brands.load import BrandFaultsError, Inspection, inspect_brands, load_brands
from pipeline.brands.match import BrandMatcher
from pipeline.brands.x_rules import Rule, RuleTooLongError, all_x_rules, x_rules

__all__ = [
    "BrandFaultsError",
    "BrandMatcher",
    "Inspection",
    "Rule",
    "RuleTooLongError",
    "all_x_rules",
    "inspect_brands",
    "load_brands",
    "x_rules",
]
