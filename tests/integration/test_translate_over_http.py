"""Run translated code against the sandbox."""

from __future__ import annotations

from traktok.from_r import translate


def test_an_error_of_any_kind_is_caught(token: str) -> None:
    r = """
    ids <- c("7296688856609475883", "abc")
    failed <- character()
    for (id in ids[-1]) {
      found <- try(tt_comments_api(id), silent = TRUE)
      if (inherits(found, "try-error")) { failed <- c(failed, id); next }
    }
    none <- tryCatch(tt_comments_api(NA), error = function(e) "none")
    """
    translation = translate(r)
    assert translation.todos == ()
    scope: dict[str, object] = {}
    exec(translation.code, scope)
    assert (scope["failed"], scope["none"]) == (["abc"], "none")
