"""How long the longest tests take: they start first, so that no worker ends with one of them.

Recorded on a busy machine, in seconds of the processor and of waiting: what counts is the order. A
test that is not listed counts as short.
"""

from __future__ import annotations

_OF_FILES = {
    "tests/unit/test_typing.py": {
        "test_a_script_that_uses_everything_type_checks": 12,
    },
    "tests/integration/collect/test_growth.py": {
        "test_a_study_follows_the_calendar": 6,
    },
    "tests/integration/test_hidden_videos.py": {
        "test_memory_holds_the_table_and_nothing_else": 5,
        "test_many_urls_broken_off_in_the_middle": 3,
        "test_a_kill_in_the_middle_costs_nothing_that_came": 2,
    },
    "tests/integration/test_cli_collect.py": {
        "test_all_parts_of_a_resume_share_what_may_be_sent": 3,
        "test_a_second_ctrl_c_says_how_to_go_on": 2,
    },
    "tests/integration/test_vignettes.py": {
        "test_a_script_runs_as_it_is_without_credentials": 3,
        "test_with_credentials_a_study_is_left_to_the_user": 3,
        "test_the_cassette_is_what_the_sandbox_answers": 2,
        "test_the_page_is_what_the_script_gives": 2,
    },
    "tests/integration/test_hidden_browser.py": {
        "test_a_search_finds_every_post": 3,
        "test_a_search_goes_on_when_a_person_has_solved_the_captcha": 3,
        "test_a_person_logs_in": 2,
        "test_ctrl_c_leaves_no_process": 2,
        "test_a_window_is_shown_to_whoever_wants_to_see_it": 1,
    },
    "tests/integration/collect/test_quota.py": {
        "test_a_collection_waits_for_three_days": 3,
        "test_a_full_quota_stops_the_run_and_says_how_to_go_on": 2,
        "test_a_quota_that_others_used_up_closes_the_day": 2,
    },
    "tests/integration/collect/test_kill.py": {
        "test_killed_at_random_instants": 3,
        "test_a_quota_is_shared_by_processes": 2,
        "test_a_process_that_is_frozen_past_its_lease": 1,
    },
    "tests/integration/test_hidden_browser_matrix.py": {
        "test_photo_posts": 3,
    },
    "tests/integration/collect/test_collect.py": {
        "test_what_a_resume_is_asked_for_stays_on_the_list": 3,
    },
    "tests/integration/test_hidden_slideshows.py": {
        "test_a_search_opens_its_slideshows": 2,
        "test_the_cookies_of_a_solved_captcha_are_found_afterwards": 2,
    },
    "tests/unit/test_fuzz.py": {
        "test_any_input_is_a_result_or_a_sentence": 2,
    },
    "tests/integration/test_platforms.py": {
        "test_a_first_day_goes_well": 2,
    },
    "tests/integration/test_testing.py": {
        "test_each_test_finds_it_as_good_as_new": 2,
        "test_the_example_project_passes": 2,
    },
    "tests/unit/test_translate_size.py": {
        "test_a_script_twice_as_long_takes_twice_the_work": 2,
    },
    "tests/integration/test_replay.py": {
        "test_both_are_at_hand_where_traktok_is_imported": 2,
    },
    "tests/unit/test_face.py": {
        "test_a_public_module_is_an_attribute_without_an_import_of_its_own": 2,
    },
    "tests/integration/test_sandbox.py": {
        "test_a_real_browser_stays_on_this_machine": 2,
        "test_the_same_seed_gives_the_same_world": 2,
    },
    "tests/integration/test_hidden_searches.py": {
        "test_a_search_that_was_cut_short_says_why": 2,
        "test_a_wall_behind_a_search_loses_no_post_that_was_found": 2,
        "test_the_end_of_the_list_is_complete": 2,
    },
    "tests/integration/test_auth.py": {
        "test_processes_that_renew_at_once_leave_one_valid_store": 2,
    },
    "tests/integration/test_quota.py": {
        "test_two_studies_plain_calls_and_a_script_at_once": 2,
    },
    "tests/integration/test_site.py": {
        "test_what_a_page_shows_runs_on_the_sandbox": 1,
    },
}
SECONDS = {
    f"{file}::{test}": seconds
    for file, tests in _OF_FILES.items()
    for test, seconds in tests.items()
}
