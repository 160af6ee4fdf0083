"""Which tests the quick run leaves out (`build.py test --quick`): those that take longest.

Chosen by measuring: a test stands here if it, with all its parameters, took more than about a
second of its own. What is left must take less than a minute on two processors, form and types
included. Whoever writes a slow test adds it here; `pytest --durations=30` shows which they are.
"""

from __future__ import annotations

SLOW: dict[str, str] = {
    "test_action": "test_its_script_ends_as_the_tests_do",
    "test_architecture_picture": "test_the_picture_is_current",
    "test_archive": "test_bombs_are_refused_before_they_go_off",
    "test_attacks": "test_no_attack_reaches_python test_no_name_in_any_place_reaches_python",
    "test_batches": "test_eight_at_once_unless_the_program_says_otherwise",
    "test_benchmarks": "test_a_program_gives_what_its_python_twin_gives",
    "test_bombs": "test_every_bomb_ends_or_can_be_stopped",
    "test_borders": "test_a_type_of_elsewhere_is_the_one_that_was_defined_here test_values_and_errors_go_to_a_pool_and_back",
    "test_build": "test_serve_says_where_once_it_answers_and_ends_when_told",
    "test_call_sites": "test_arguments_are_evaluated_once_and_in_order test_one_argument test_three_arguments test_two_arguments",
    "test_cassettes": "test_a_killed_program_loses_no_answer test_thousands_of_answers_are_kept",
    "test_command_line": "test_a_full_disk_is_said test_nobody_is_blamed_for_a_reader_that_leaves",
    "test_contributing": "test_the_recipe_works_as_it_is_written",
    "test_differential": "test_same_answers_as_the_peer",
    "test_documents": "test_programs_of_the_readme_run_on_the_demo_model",
    "test_embedding": "test_threads_take_turns",
    "test_emitter": "test_endless_recursion_is_an_error",
    "test_expander": "test_long_bodies_are_compiled_in_linear_time",
    "test_fuzz": "test_random_programs_give_values_or_lisp_errors",
    "test_handovers": "test_whoever_takes_over_takes_the_history",
    "test_hostile_servers": "test_a_program_that_asks_such_a_server_gets_an_answer_or_an_error test_what_never_ends_is_an_error",
    "test_json_quick": "test_both_ways_of_reading_agree test_both_ways_of_writing_agree test_shared_parts_are_not_multiplied",
    "test_json_text": "test_reads_what_others_write_and_the_other_way_round",
    "test_late_chapters": "test_a_function_that_was_waiting_is_itself test_a_program_loads_only_what_it_needs test_the_library_is_the_same_however_it_was_loaded test_the_package_alone_loads_nothing_of_the_language",
    "test_limits": "test_code_nested_too_deep_is_a_reader_error test_data_may_be_as_deep_as_memory_allows test_endless_recursion_through_the_library_is_an_error test_long_forms test_what_filled_the_memory_is_let_go test_wild_sizes_fail_at_once",
    "test_line_diff": "test_long_different_lists_end_soon",
    "test_list_cursors": "test_random_loops_give_what_calls_give test_stacks",
    "test_llm_demo_extraction": "test_texts_of_one_thing_only_hold_nothing_up",
    "test_llm_hostile": "test_bytes_that_are_nothing test_streams_of_anything test_whole_bodies_of_anything",
    "test_llm_streams": "test_after_the_reason_a_cut_leaves_the_whole_answer_or_an_error test_a_stream_cut_anywhere_is_never_a_success test_stream_at_every_split_point",
    "test_llm_wire": "test_text_streams_in_pieces",
    "test_main": "test_no_line_kills_the_batch test_the_protocol_of_a_batch_is_its_own",
    "test_map_versions": "test_a_very_long_chain_of_versions_is_freed test_every_version_keeps_its_entries",
    "test_metadata": "test_the_same_sources_give_the_same_wheel test_the_wheel_alone_runs test_what_the_wheel_says_of_itself test_micropip_installs_the_wheel_in_pyodide",
    "test_model_faults": "test_a_program_can_catch_it",
    "test_modules_in_one": "test_the_language_runs_from_one_file",
    "test_notebook_kernel": "test_a_cell_has_output_and_a_value test_a_notebook_runs_from_its_first_cell_to_its_last",
    "test_numbers": "test_comparison_is_exact test_exact_arithmetic_agrees_with_fractions",
    "test_operands": "test_arguments_come_before_what_is_wrong_with_them",
    "test_ownership": "test_random_programs",
    "test_page_recipe": "test_the_new_panel_is_in_what_is_built test_the_rules_of_the_page_are_kept test_a_place_that_does_not_exist_is_named",
    "test_patterns": "test_one_clause_is_tried_alike_everywhere",
    "test_pipeline": "test_language_cases_without_any_pass",
    "test_primitive_records": "test_in_a_later_unit test_in_the_same_unit test_seen_from_a_closure_that_exists test_while_a_loop_runs",
    "test_printing": "test_shared_long_texts_do_not_explode test_shared_parts_do_not_explode",
    "test_process_settings": "test_the_settings_of_a_program_around_stay test_the_terminal_owns_its_process",
    "test_program_cache": "test_deep_constants_are_made_anew_without_recursion test_every_case_gives_the_same_from_the_cache",
    "test_random_functions": "test_functions",
    "test_random_sessions": "test_sessions",
    "test_reader": "test_deep_nesting_needs_no_recursion test_nesting_has_a_limit test_reading_what_was_printed_gives_the_same_value",
    "test_redefined_examples": "test_a_session_answers_as_one_in_which_nothing_is_assumed",
    "test_redefined_primitives": "test_code_that_exists_when_a_name_is_defined_anew test_code_that_runs_while_a_name_is_defined_anew",
    "test_references": "test_files_that_are_named_exist test_names_that_are_quoted_exist test_what_is_lost_is_found",
    "test_regex_automaton": "test_finds_what_pythons_engine_finds test_patterns_that_backtrack_for_ever_elsewhere",
    "test_regex_classes": "test_sets",
    "test_regex_risk": "test_safe_is_what_takes_few_steps",
    "test_request_schemas": "test_batches test_every_request_is_as_its_provider_describes_it test_pictures_speech_and_vectors test_the_descriptions_take_nothing_else",
    "test_row_engines": "test_a_dask_cluster_loses_a_worker_and_no_row test_a_ray_cluster_loses_a_worker_and_no_row",
    "test_rows": "test_processes_do_the_work_and_lost_ones_are_replaced test_the_command_goes_on_after_kill_9",
    "test_stepping": "test_the_same_in_steps test_whole_programs_within_a_task test_every_function_that_may_wait_has_steps test_as_many_model_calls_are_under_way test_a_tail_call_needs_no_stack_in_steps",
    "test_terminal_host": "test_addresses_that_are_none",
    "test_text_operations": "test_in_place_and_called_they_give_the_same",
    "test_toml_text": "test_what_is_written_can_be_read",
    "test_yaml_text": "test_what_is_written_is_read_again",
    "test_vector_index": "test_few_vectors_are_scored_in_full test_it_finds_what_comparing_all_would test_several_blocks_changes_and_gaps",
    "test_verifier": "test_language_cases test_benchmark_programs",
    "test_workflows": "test_a_run_goes_on_after_a_zombie test_a_run_that_is_alive_is_left_alone",
}


def is_slow(module: str, test: str) -> bool:
    """Tells whether a test, named without its parameters, is one of them."""
    return test in SLOW.get(module, "").split()
