"""Finding and installing the Chromium of the browser tests, on machines that do not exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from chromium import VARIABLE, Machine, ensure_chromium, find_chromium, install_steps


@dataclass
class Fake:
    """A machine with some files, of which some start; what is installed adds files."""

    platform: str = "linux"
    files: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    variables: dict[str, str] = field(default_factory=dict)
    is_root: bool = False
    installs: dict[str, str] = field(default_factory=dict)  # a word of a command -> the new file
    ran: list[str] = field(default_factory=list)

    def machine(self) -> Machine:
        return Machine(
            platform=self.platform,
            variables=self.variables,
            which=lambda name: f"/bin/{name}" if f"/bin/{name}" in self.files else None,
            exists=lambda path: path in self.files,
            succeeds=lambda command: command[0] not in self.broken,
            is_root=self.is_root,
        )

    def run(self, title: str, command: Sequence[str]) -> bool:
        self.ran.append(" ".join(command))
        for word, file in self.installs.items():
            if word in self.ran[-1]:
                self.files.add(file)
                return True
        return False

    def ensure(self) -> str | None:
        cached = "/cache/chromium"
        return ensure_chromium(
            "python", self.run, self.machine(), lambda _: cached if cached in self.files else None
        )


def test_the_first_browser_on_the_path_that_starts() -> None:
    fake = Fake(files={"/bin/google-chrome", "/bin/chromium-browser"})
    assert find_chromium(fake.machine()) == "/bin/chromium-browser"
    fake.broken.add("/bin/chromium-browser")
    assert find_chromium(fake.machine()) == "/bin/google-chrome"
    fake.broken.add("/bin/google-chrome")
    assert find_chromium(fake.machine()) is None


def test_the_usual_places_of_a_mac() -> None:
    chrome = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    assert find_chromium(Fake(platform="darwin", files={chrome}).machine()) == chrome
    at_home = "/Users/me/Applications/Chromium.app/Contents/MacOS/Chromium"
    fake = Fake(platform="darwin", files={at_home}, variables={"HOME": "/Users/me"})
    assert find_chromium(fake.machine()) == at_home


def test_the_usual_places_of_windows_without_starting_it() -> None:
    edge = r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe"
    variables = {"PROGRAMFILES(X86)": r"C:\Program Files (x86)"}
    fake = Fake(platform="win32", files={edge}, broken={edge}, variables=variables)
    assert find_chromium(fake.machine()) == edge


def test_a_chosen_browser_is_used_or_nothing() -> None:
    fake = Fake(files={"/bin/chromium", "/my/chrome"}, variables={VARIABLE: "/my/chrome"})
    assert find_chromium(fake.machine()) == "/my/chrome"
    fake.files.remove("/my/chrome")
    assert fake.ensure() is None
    assert fake.ran == []


def test_nothing_is_installed_where_there_is_one() -> None:
    fake = Fake(files={"/bin/chromium", "/bin/apt-get"}, is_root=True)
    assert fake.ensure() == "/bin/chromium"
    assert fake.ran == []


def test_what_playwright_has_is_good_enough() -> None:
    fake = Fake(files={"/cache/chromium"})
    assert fake.ensure() == "/cache/chromium"
    assert fake.ran == []


def test_root_installs_debians_browser() -> None:
    fake = Fake(files={"/bin/apt-get"}, is_root=True, installs={"install -y": "/bin/chromium"})
    assert fake.ensure() == "/bin/chromium"
    assert len(fake.ran) == 1


def test_old_package_lists_are_renewed_once() -> None:
    class Outdated(Fake):
        def run(self, title: str, command: Sequence[str]) -> bool:
            if "update" in command:
                self.installs["install -y"] = "/bin/chromium"
                self.ran.append("update")
                return True
            return super().run(title, command)

    fake = Outdated(files={"/bin/apt-get"}, is_root=True)
    assert fake.ensure() == "/bin/chromium"
    assert [("update" in line, "install" in line) for line in fake.ran] == [
        (False, True),
        (True, False),
        (False, True),
    ]


def test_a_user_without_rights_gets_playwrights_download() -> None:
    fake = Fake(
        files={"/bin/apt-get", "/bin/sudo"},
        broken={"sudo"},
        installs={"playwright install": "/cache/chromium"},
    )
    assert fake.ensure() == "/cache/chromium"
    assert fake.ran == ["python -m playwright install chromium"]


@pytest.mark.parametrize("is_root", [True, False])
def test_administration_rights_are_used_without_a_question(is_root: bool) -> None:
    machine = Fake(files={"/bin/apt-get", "/bin/sudo"}, is_root=is_root).machine()
    first = install_steps(machine, "python")[0][0]
    assert first[:2] == (["env", "DEBIAN_FRONTEND=noninteractive"] if is_root else ["sudo", "-n"])


def test_nothing_helps() -> None:
    fake = Fake(files={"/bin/apt-get"}, is_root=True)
    assert fake.ensure() is None
    assert len(fake.ran) == 3  # install, update (fails, so no second install), Playwright
