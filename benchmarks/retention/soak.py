"""Loads a stack while retention is short, and tells how large its tables are meanwhile:
python3 benchmarks/retention/soak.py [http://127.0.0.1:8080 [http://127.0.0.1:8081 [TASKS_A_SECOND [SECONDS]]]]

Beside the load there is a dead letter that stays open, a paused DAG and a task that nobody serves: all three have to be there in the end."""

import json
import re
import sys
import time
import urllib.request

API = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
WORKER = sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:8081"
RATE = int(sys.argv[3]) if len(sys.argv) > 3 else 300
SECONDS = int(sys.argv[4]) if len(sys.argv) > 4 else 300
RETENTION = {"retention_tasks": "PT1M", "retention_events": "PT1M", "retention_commands": "PT1M"}
SHOWN = ["task", "task_state", "task_attempt", "event", "run"]


def call(method, path, body=None, base=API):
    request = urllib.request.Request(base + path, method=method, headers={"Content-Type": "application/json"})
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(request, data, timeout=30) as answer:
        return answer.read().decode()


def sizes():
    text = call("GET", "/actuator/prometheus", base=WORKER)
    found = {}
    for name, table, value in re.findall(r'^store_table_(bytes|rows)\{.*?table="(\w+)".*?\} (\S+)$', text, re.M):
        found[(name, table)] = float(value)
    return found


kept_task = json.loads(call("POST", "/v1/tasks", {"task_type": "nobody-serves-this"}))["task_id"]
kept_dag = json.loads(call("POST", "/v1/dags", {"tasks": [{"key": "a", "task_type": "nobody-serves-this"}]}))["dag_id"]
call("POST", f"/v1/dags/{kept_dag}/pause", {})
failed = {"task_type": "simulated", "payload": {"fail_times": -1}, "retry": {"max_attempts": 1}}
kept_letter = json.loads(call("POST", "/v1/tasks", failed))["task_id"]
for name, value in RETENTION.items():
    call("PUT", f"/v1/settings/{name}", {"value": value})

batch = {"tasks": [{"task_type": "simulated", "payload": {"sleep_ms": 5}}] * (RATE // 10)}
begun, sent, slowest, next_sample = time.monotonic(), 0, 0.0, 0.0
print("| second | submitted | " + " | ".join(f"{table}, MiB (rows)" for table in SHOWN) + " |")
print("| --- |" + " --- |" * (len(SHOWN) + 1))
while (now := time.monotonic() - begun) < SECONDS:
    if now >= next_sample:
        size = sizes()
        cells = (f"{size.get(('bytes', t), 0) / 2**20:.0f} ({size.get(('rows', t), 0):.0f})" for t in SHOWN)
        print(f"| {now:.0f} | {sent} | " + " | ".join(cells) + " |", flush=True)
        next_sample += 30
    asked = time.monotonic()
    call("POST", "/v1/tasks/batch", batch)
    slowest = max(slowest, time.monotonic() - asked)
    sent += RATE // 10
    time.sleep(max(0.0, sent / RATE - (time.monotonic() - begun)))
print(f"submitted {sent} in {time.monotonic() - begun:.0f} s, the slowest of their requests {slowest * 1000:.0f} ms")
for path in (f"/v1/tasks/{kept_task}", f"/v1/dags/{kept_dag}", f"/v1/tasks/{kept_letter}"):
    print(path, json.loads(call("GET", path))["status"])
