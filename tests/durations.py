"""How long the longest tests take: they start first, so that no worker ends with one of them.

Recorded with ``pytest -n 2 --durations 100`` on a busy machine: what counts is the order. A test
that is not listed counts as short.
"""

from __future__ import annotations

_OF_FILES = {
    "tests/unit/test_typing.py": {
        "test_a_script_that_uses_everything_type_checks": 88,
    },
    "tests/integration/test_hidden_videos.py": {
        "test_many_urls_broken_off_in_the_middle": 15,
        "test_a_kill_in_the_middle_costs_nothing_that_came": 15,
        "test_memory_holds_the_table_and_nothing_else": 10,
        "test_a_giant_page_does_not_fill_the_memory": 6,
    },
    "tests/integration/collect/test_quota.py": {
        "test_a_full_quota_stops_the_run_and_says_how_to_go_on": 22,
        "test_a_run_sends_no_more_than_it_may": 22,
        "test_a_quota_that_others_used_up_closes_the_day": 15,
        "test_a_collection_waits_for_three_days": 14,
    },
    "tests/integration/test_transport.py": {
        "test_a_forked_child_makes_its_own_connection": 17,
    },
    "tests/integration/test_vignettes.py": {
        "test_a_script_runs_as_it_is_without_credentials": 16,
        "test_a_picture_may_differ_by_a_hair": 5,
    },
    "tests/integration/test_hidden_browser.py": {
        "test_a_log_in_wall_is_named": 16,
        "test_a_search_goes_on_when_a_person_has_solved_the_captcha": 15,
        "test_a_window_is_shown_to_whoever_wants_to_see_it": 12,
        "test_a_profile_is_gone_through_to_its_end": 11,
        "test_ctrl_c_leaves_no_process": 10,
        "test_a_search_finds_every_post": 10,
        "test_without_a_screen_it_says_so": 10,
        "test_nobody_is_waited_for_for_ever": 8,
        "test_a_captcha_stops_and_keeps_what_was_found": 8,
        "test_the_cookies_of_ones_own_chromium_are_read_from_its_profile": 8,
        "test_a_person_logs_in": 8,
        "test_a_cookie_no_browser_takes_keeps_nobody_from_searching": 7,
        "test_a_notebook_has_an_event_loop_already": 6,
        "test_without_a_browser_it_says_what_to_install": 6,
        "test_nobody_logs_in": 6,
        "test_a_page_that_gets_no_data_there_either_is_skipped": 6,
    },
    "tests/integration/test_cli.py": {
        "test_a_reader_that_goes_ends_it_quietly": 13,
        "test_progress_goes_to_the_terminal_and_rows_to_the_pipe": 13,
        "test_a_closed_stdout_is_a_sentence": 12,
        "test_a_terminal_gets_a_table": 7,
        "test_a_second_ctrl_c_ends_it_at_once": 5,
    },
    "tests/integration/collect/test_kill.py": {
        "test_killed_at_random_instants": 13,
        "test_a_quota_is_shared_by_processes": 12,
        "test_three_processes_share_a_study": 8,
    },
    "tests/integration/collect/test_refresh.py": {
        "test_without_access_files_are_tried_once": 13,
        "test_profiles_that_could_not_be_asked_after_stay": 9,
        "test_a_study_without_profiles_has_none_to_ask_after": 8,
    },
    "tests/integration/test_auth.py": {
        "test_processes_that_authenticate_at_once_leave_one_valid_store": 12,
        "test_processes_that_renew_at_once_leave_one_valid_store": 12,
    },
    "tests/integration/test_cli_collect.py": {
        "test_the_systems_stop_finishes_the_page_in_hand_too": 7,
    },
    "tests/unit/test_hidden_inputs.py": {
        "test_an_author_makes_a_file_name_whoever_it_is": 7,
    },
    "tests/integration/test_faults.py": {
        "test_a_fault_costs_what_is_promised_and_loses_nothing": 6,
    },
    "tests/integration/collect/test_faults.py": {
        "test_an_outage_ends_the_run_and_not_the_study": 5,
    },
    "tests/integration/collect/test_study.py": {
        "test_states_are_counted_as_they_are_listed": 5,
    },
    "tests/unit/test_read_results.py": {
        "test_rdata_reads_what_is_saved": 5,
    },
}
SECONDS = {
    f"{file}::{test}": seconds
    for file, tests in _OF_FILES.items()
    for test, seconds in tests.items()
}
