"""The journal of batch jobs: which were handed in, so that a later program finds them again.

One small JSON file a job, below ``SEMA_HOME`` (by default ``~/.sema``) in ``batches``, named after
the fingerprint of its requests. It holds the job's name and address and no prompt, answer or key.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any, Final

from lispcore.library.files import file_system
from lispcore.library.models.calling.cache_files import home_of_records
from lispcore.llm.batches.interfaces import INTERFACES
from lispcore.llm.batches.jobs import Job
from lispcore.llm.json_values import read_json

# Providers keep answers for 29 or 30 days; what may be gone is not waited for.
KEPT_SECONDS: Final = 28 * 24 * 3600.0
_FOLDER: Final = "batches"
_SUFFIX: Final = ".json"
_MAX_CHARACTERS: Final = 100_000


class BatchJournal:
    """The jobs that programs of this visitor have handed in."""

    def __init__(self) -> None:
        self._folder = os.path.join(home_of_records(), _FOLDER)

    def find(self, key: str, now: float) -> Job | None:
        """Returns the job of these requests; None if there is none, or it is too old."""
        job = self._read(self._path(key))
        is_known = job is not None and 0 <= now - job.submitted_at + 60 < KEPT_SECONDS
        return job if is_known else None

    def keep(self, key: str, job: Job) -> bool:
        """Takes note of a job; returns False where no file can be written."""
        import json

        try:
            file_system.make_folders(self._folder)
            with file_system.written_whole(self._path(key)) as file:
                file.write(json.dumps(_described(job)).encode())
        except OSError:
            return False
        return True

    def forget(self, key: str) -> None:
        """Removes a job: it will be handed in anew."""
        with suppress(OSError):
            file_system.remove_file(self._path(key))

    def jobs(self) -> list[tuple[str, Job]]:
        """Returns all jobs with their keys, the oldest first."""
        try:
            names = file_system.names_in(self._folder)
        except OSError:
            return []
        found = []
        for name in names:
            job = self._read(os.path.join(self._folder, name)) if name.endswith(_SUFFIX) else None
            if job is not None:
                found.append((name.removesuffix(_SUFFIX), job))
        return sorted(found, key=lambda pair: pair[1].submitted_at)

    def _path(self, key: str) -> str:
        return os.path.join(self._folder, key + _SUFFIX)

    def _read(self, path: str) -> Job | None:
        try:
            with file_system.open_file(path, "r", encoding="utf-8") as file:
                return _read_job(read_json(file.read(_MAX_CHARACTERS)))
        except (OSError, ValueError, KeyError, TypeError):
            return None  # none, or one that broke off: it is handed in again


def _described(job: Job) -> dict[str, Any]:
    return {
        "name": job.name,
        "interface": job.interface,
        "url": job.url,
        "count": job.count,
        "submitted_at": job.submitted_at,
        "provider": job.tags.get("provider", ""),
        "model": job.tags.get("model", ""),
    }


def _read_job(value: Any) -> Job:
    tags = {"provider": str(value["provider"]), "model": str(value["model"])}
    name, interface, url = (str(value[each]) for each in ("name", "interface", "url"))
    if interface not in INTERFACES:
        raise ValueError(f"no such interface: {interface}")
    return Job(name, interface, url, int(value["count"]), float(value["submitted_at"]), tags)
