"""Runs the README's example with a client that was generated from the API's OpenAPI document.

python hello.py [URL of the API]
"""

import sys
import time

import httpx
from orchestrator_client import Client
from orchestrator_client.api.dags import get_dag, submit_dag
from orchestrator_client.models import AcceptedDag, Dag, DagStatus, DagSubmission

ENDS = {DagStatus.COMPLETED, DagStatus.FAILED, DagStatus.CANCELLED}
PAUSE_SECONDS = 0.5
LIMIT_SECONDS = 60

HELLO = {
    "name": "hello",
    "tasks": [
        {"key": "first", "task_type": "simulated", "payload": {"sleep_ms": 100}},
        {
            "key": "second",
            "task_type": "simulated",
            "depends_on": ["first"],
            "payload": {"sleep_ms": "${tasks.first.result.slept_ms}"},
        },
    ],
}


def answer(expected, given):
    if not isinstance(given, expected):
        sys.exit(f"refused: {given}")
    return given


def main():
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
    try:
        return run(Client(base_url=url))
    except httpx.HTTPError as away:
        sys.exit(f"no API answers at {url}: {away}. Start one with ./orchestrator up --detach, or name one: hello.py URL")


def run(client):
    accepted = answer(AcceptedDag, submit_dag.sync(client=client, body=DagSubmission.from_dict(HELLO)))
    print(f"submitted as {accepted.dag_id}, levels {accepted.levels}")

    end = time.monotonic() + LIMIT_SECONDS
    while True:
        dag = answer(Dag, get_dag.sync(str(accepted.dag_id), client=client))
        if dag.status in ENDS:
            break
        if time.monotonic() > end:
            sys.exit(f"it is {dag.status} after {LIMIT_SECONDS} s: does an agent serve its type?")
        time.sleep(PAUSE_SECONDS)

    for task in dag.tasks:
        print(f"{task.key}: {task.status}, attempt {task.attempt}, result {task.result}")
    return 0 if dag.status == DagStatus.COMPLETED else 1


if __name__ == "__main__":
    sys.exit(main())
