"""The site: guides, recipes and reference as web pages, made by ``python -m vignettes.site``."""
