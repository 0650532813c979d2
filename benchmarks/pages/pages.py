"""Times pages of lists on a store that fill.sql has filled: python3 benchmarks/pages/pages.py [http://127.0.0.1:8080]"""

import json
import statistics
import sys
import time
import urllib.error
import urllib.request

BASE = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
ROUNDS = 7
MAX_PAGES = 2_000
LISTS = [
    "tasks",
    "tasks?status=QUEUED",
    "tasks?status=QUEUED&task_type=nobody-1",
    "tasks?status=QUEUED&task_type=old-3",
    "tasks?status=RUNNING",
    "tasks?status=FAILED",
    "tasks?status=COMPLETED",
    "tasks?status=COMPLETED&task_type=nobody-1",
    "tasks?task_type=old-3",
    "tasks?task_type=never-seen",
    "tasks?priority=CRITICAL",
    "tasks?label=team=team-3",
    "tasks?label=team=team-3&status=QUEUED",
    "tasks?label=team=nobody",
    "tasks?limit=1000",
    "dags",
    "dags?status=RUNNING",
    "dead-letters",
    "dead-letters?state=ALL&task_type=old-3",
]


def page(path):
    begun = time.perf_counter()
    try:
        with urllib.request.urlopen(f"{BASE}/v1/{path}", timeout=60) as answer:
            body = json.load(answer)
            return time.perf_counter() - begun, body, answer.status
    except urllib.error.HTTPError as refused:
        refused.read()
        return time.perf_counter() - begun, {}, refused.code


def follow(path):
    """Pages of a list until one has something, and the slowest of them."""
    slowest, pages, cursor = 0.0, 0, ""
    while pages < MAX_PAGES:
        seconds, body, status = page(path + cursor)
        pages += 1
        slowest = max(slowest, seconds)
        found = next((value for value in body.values() if isinstance(value, list)), [])
        if found or status != 200 or "next_cursor" not in body:
            return pages, slowest, len(found)
        cursor = ("&" if "?" in path else "?") + "cursor=" + body["next_cursor"]
    return pages, slowest, 0


print("| list | first page, median | worst | items | status | pages to the first item | slowest of them |")
print("| --- | --- | --- | --- | --- | --- | --- |")
for path in LISTS:
    rounds = [page(path) for _ in range(ROUNDS)]
    times = [seconds * 1000 for seconds, _, _ in rounds]
    _, body, status = rounds[-1]
    items = sum(len(value) for value in body.values() if isinstance(value, list))
    pages, slowest, found = follow(path)
    print(
        f"| `{path}` | {statistics.median(times):.0f} ms | {max(times):.0f} ms | {items} | {status} "
        f"| {pages if found else f'none in {pages}'} | {slowest * 1000:.0f} ms |"
    )
