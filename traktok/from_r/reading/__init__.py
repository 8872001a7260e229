"""Parse R code into a tree."""
