"""lint checks the names in every profile of the project, also in those that are not in use."""

import pytest
from tests.cli.running import run

PROJECT = "fleets: [gsd]\nprofiles:\n  team: {extends: balanced, %s}\n  other: {extends: budget}\n"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("roles: {dcos: light}", 'unknown role "dcos"'),
        ("roles: {docs: hiaku}", 'unknown model "hiaku"'),
        ("agents: {gsd-plnner: opus}", 'unknown agent "gsd-plnner"'),
        ("failover: {roles: {reveiw: defer}}", 'unknown role "reveiw"'),
        ("overlay: true, roles: {dcos: light}", 'unknown role "dcos"'),
        ("never-break: {care: {when: {role: [mobil]}, require: {min: heavy}, why: Slow}}", 'unknown role "mobil"'),
    ],
)
def test_an_unknown_name_in_an_unused_profile_is_found(tmp_path, entry, message):
    (tmp_path / "gsdc.yaml").write_text(PROJECT % entry)
    shown = run(tmp_path, "lint", code=1).output
    assert f"gsdc.yaml:3:{(PROJECT % entry).splitlines()[2].index(message.split(chr(34))[1]) + 1}: error" in shown
    assert message in shown
    assert "1 error" in shown


def test_a_profile_in_a_file_of_its_own_is_checked(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("fleets: [gsd]\nprofiles: {team: team.yaml}\n")
    (tmp_path / "team.yaml").write_text("extends: balanced\nroles: {dcos: light}\n")
    shown = run(tmp_path, "lint", code=1).output
    assert 'team.yaml:2:9: error[RF001 unknown-name]: unknown role "dcos"' in shown


def test_a_name_in_the_used_profile_is_reported_once(tmp_path):
    (tmp_path / "gsdc.yaml").write_text("profile: team\n" + PROJECT % "roles: {dcos: light}")
    assert run(tmp_path, "lint", code=1).output.count("unknown role") == 1


def test_sound_profiles_give_no_finding(tmp_path):
    (tmp_path / "gsdc.yaml").write_text(PROJECT % "roles: {docs: haiku}")
    assert run(tmp_path, "lint").output == "no findings\n"
