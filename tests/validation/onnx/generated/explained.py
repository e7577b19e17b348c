"""Differences that stay, each with its cause: a pattern of case names, and why."""

EXPLAINED = {
}
