"""Sphinx's settings for the site."""

import traktok

project = "traktok for Python"
version = release = traktok.__version__
author = copyright = "The traktok for Python developers, GPL-3.0-or-later"

extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc", "sphinx_design"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
add_module_names = False
toc_object_entries_show_parents = "hide"

html_theme = "pydata_sphinx_theme"
html_title = "traktok"
html_show_sourcelink = False
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
# Pages without pages below them need no list of those.
_ALONE = ("index", "start", "recipes", "sandbox", "data", "commands", "faq")
html_sidebars = {page: [] for page in _ALONE}
html_theme_options = {
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
pygments_style = "default"
