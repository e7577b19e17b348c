"""Generators of single-node cases, a module a group of operators; generated_cases.py runs them.

A generator is a function of a numpy Generator that yields Cases; GENERATORS of each module names them
by operator. What it yields depends on the seed alone.
"""
