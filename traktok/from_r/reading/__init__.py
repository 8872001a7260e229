"""Read R code into a tree."""
