"""Loads a stack while retention is short, and tells how large its tables, its disk, its heaps and its connections are meanwhile:
python3 benchmarks/retention/soak.py [http://127.0.0.1:8080 [http://127.0.0.1:8081 [TASKS_A_SECOND [SECONDS [MINUTES_KEPT]]]]]
To be run where the stack was started: the disk is that of .orchestrator/. Of a heap the least that was seen since the last line is told: it is near what lives.

Of ten tasks one costs money, one has a label that a limit counts, and of a hundred one fails for good; each batch has an idempotency key. Whatever fails is
deleted from the dead letters every half minute. All tables that the load fills are told; keys stay for a day, sums of spending for longer, so those two may grow.

Beside the load there is a paused DAG and a task that nobody serves: both have to be there in the end, or the exit code is 1."""

import json
import pathlib
import re
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid

API = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
WORKER = sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:8081"
RATE = int(sys.argv[3]) if len(sys.argv) > 3 else 300
SECONDS = int(sys.argv[4]) if len(sys.argv) > 4 else 300
KEPT = f"PT{sys.argv[5] if len(sys.argv) > 5 else 1}M"
RETENTION = {f"retention_{what}": KEPT for what in ("tasks", "events", "commands", "dead_letters", "agents")}
SHOWN = ["task", "task_state", "task_attempt", "event", "run", "charge", "spending", "limit_use", "dead_letter", "agent", "idempotency_key", "flow"]
LIMIT = {"by": "label:model", "value": "soak", "max_in_flight": 20}


def call(method, path, body=None, base=API, **headers):
    request = urllib.request.Request(base + path, method=method, headers={"Content-Type": "application/json", **headers})
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(request, data, timeout=30) as answer:
        return answer.read().decode()


def sizes():
    text = call("GET", "/actuator/prometheus", base=WORKER)
    found = {}
    for name, table, value in re.findall(r'^store_table_(bytes|rows)\{.*?table="(\w+)".*?\} (\S+)$', text, re.M):
        found[(name, table)] = float(value)
    return found


def sum_of(text, name, label=""):
    return sum(float(value) for value in re.findall(rf"^{name}\{{[^}}]*{label}[^}}]*\}} (\S+)$", text, re.M))


def watch_heaps():
    while True:
        for base in (API, WORKER):
            used = sum_of(call("GET", "/actuator/prometheus", base=base), "jvm_memory_used_bytes", 'area="heap"')
            least[base] = min(least.get(base, used), used)
        time.sleep(1)


def disk():
    found = 0
    for file in pathlib.Path(".orchestrator/data").rglob("*"):
        try:
            found += file.stat().st_size if file.is_file() else 0
        except OSError:
            pass  # It was there a moment ago.
    return found / 2**20


def processes():
    texts = [call("GET", "/actuator/prometheus", base=base) for base in (API, WORKER)]
    heaps = " / ".join(f"{least.pop(base, 0) / 2**20:.0f}" for base in (API, WORKER))
    connections = sum(sum_of(text, "hikaricp_connections") for text in texts)
    return [heaps, f"{connections:.0f}", f"{disk():.0f}"]


least = {}
threading.Thread(target=watch_heaps, daemon=True).start()
kept_task = json.loads(call("POST", "/v1/tasks", {"task_type": "nobody-serves-this"}))["task_id"]
kept_dag = json.loads(call("POST", "/v1/dags", {"tasks": [{"key": "a", "task_type": "nobody-serves-this"}]}))["dag_id"]
call("POST", f"/v1/dags/{kept_dag}/pause", {})
call("PUT", "/v1/limits/soak", LIMIT)
for name, value in RETENTION.items():
    call("PUT", f"/v1/settings/{name}", {"value": value})



def one(number):
    task = {"task_type": "simulated", "payload": {"sleep_ms": 5}}
    if number % 10 == 1:
        task["payload"]["cost_usd"] = 0.001
    if number % 10 == 2:
        task["labels"] = {"model": "soak"}
    if number % 100 == 3:
        task["payload"] |= {"fail_times": -1, "fail_code": "SOAK"}
        task["retry"] = {"max_attempts": 1}
    return task


begun, sent, slowest, next_sample = time.monotonic(), 0, 0.0, 0.0
print("| second | submitted | " + " | ".join(f"{table}, MiB (rows)" for table in SHOWN)
      + " | heap of api / worker, MiB | connections | disk, MiB |")
print("| --- |" + " --- |" * (len(SHOWN) + 4))
while (now := time.monotonic() - begun) < SECONDS:
    if now >= next_sample:
        size = sizes()
        cells = [f"{size.get(('bytes', t), 0) / 2**20:.0f} ({size.get(('rows', t), 0):.0f})" for t in SHOWN] + processes()
        print(f"| {now:.0f} | {sent} | " + " | ".join(cells) + " |", flush=True)
        call("DELETE", "/v1/dead-letters?state=OPEN&error_code=SOAK&limit=10000")
        next_sample += 30
    asked = time.monotonic()
    batch = {"tasks": [one(number) for number in range(sent, sent + RATE // 10)]}
    call("POST", "/v1/tasks/batch", batch, **{"Idempotency-Key": str(uuid.uuid4())})
    slowest = max(slowest, time.monotonic() - asked)
    sent += RATE // 10
    time.sleep(max(0.0, sent / RATE - (time.monotonic() - begun)))
print(f"submitted {sent} in {time.monotonic() - begun:.0f} s, the slowest of their requests {slowest * 1000:.0f} ms")
lost = []
for path, expected in ((f"/v1/tasks/{kept_task}", "QUEUED"), (f"/v1/dags/{kept_dag}", "PAUSED")):
    try:
        status = json.loads(call("GET", path))["status"]
    except urllib.error.HTTPError as gone:
        status = f"gone ({gone.code})"
    print(path, status)
    lost += [path] if status != expected else []
call("DELETE", "/v1/limits/soak")
sys.exit(f"lost, or not as they were left: {lost}" if lost else 0)
