from gsdc.plans.disk import SeenFiles, holds


def test_answers_hold_until_something_changes(tmp_path):
    disk = SeenFiles({}, {})
    (tmp_path / "a").write_text("")
    here = str(tmp_path)
    assert disk.exists(f"{here}/a")
    assert not disk.exists(f"{here}/b")
    assert disk.entries(here) == ("a",)
    assert disk.entries(f"{here}/b") == ()
    assert holds(*disk)
    (tmp_path / "b").write_text("")
    assert disk.exists(f"{here}/b") is False
    assert not holds(disk.there, {})
    assert not holds({}, disk.listed)
    (tmp_path / "b").unlink()
    assert holds(*disk)
