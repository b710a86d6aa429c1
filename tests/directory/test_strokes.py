"""Lists that favour nobody: names in the order of their strokes."""

from casework.directory.strokes import stroke_key


def test_names_stand_by_the_strokes_of_the_family_name() -> None:
    assert sorted(["赵", "李", "丁", "王", "欧阳明"], key=stroke_key) == ["丁", "王", "李", "欧阳明", "赵"]


def test_of_one_family_name_the_given_name_decides_and_the_shorter_comes_first() -> None:
    assert sorted(["李静怡", "李一", "李静", "李丁"], key=stroke_key) == ["李一", "李丁", "李静", "李静怡"]


def test_characters_that_are_not_listed_and_other_letters_come_last_in_an_order_that_stays() -> None:
    assert sorted(["Anna", "龘一", "赵一"], key=stroke_key) == ["赵一", "Anna", "龘一"]
