"""Backups: all of a data folder in one file, made while its server runs, and a folder that is made of one again."""
