"""Speaks to agent.py as a worker and the API do: what docs/agents-in-other-languages.md says, message by message.

    .venv/bin/python -m unittest test_agent

AGENT names the command of another agent: docs/agents-in-other-languages.md#test-an-agent-of-your-own says what it has to take and do.
"""

import asyncio
import decimal
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from agentorchestrator.agent.v1 import agent_pb2 as pb
from agentorchestrator.agent.v1 import agent_pb2_grpc

OTHER = shlex.split(os.environ.get("AGENT", ""))
AGENT = OTHER or [sys.executable, str(pathlib.Path(__file__).with_name("agent.py"))]
PATIENCE_S = 10
NEEDED = "the agent has to take `--orchestrator URL --slots N`, to register at URL for the task type `count`, and to send heartbeats"


class FakeRegistry(http.server.BaseHTTPRequestHandler):
    """Remembers registrations and what else was asked for; forgets the agent when told to."""

    def answer(self, status, body=None):
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def body(self):
        return json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)))

    def do_POST(self):
        self.server.registered.append(self.body())
        number = len(self.server.registered)
        self.answer(201, {"agent_id": f"a{number}", "credential": f"secret{number}", "heartbeat_interval": "PT0.2S"})

    def do_PUT(self):
        self.server.calls.append((self.path, self.headers["Authorization"], self.body()))
        if self.server.unanswered > 0:
            self.server.unanswered -= 1
            return
        status, self.server.status = self.server.status, 200
        self.answer(status, {"state": "READY", "heartbeat_interval": "PT0.2S"})

    def do_DELETE(self):
        self.server.calls.append((self.path, self.headers["Authorization"], None))
        self.answer(204)

    def log_message(self, *_):
        pass


class Worker:
    """One Work stream."""

    def __init__(self, channel):
        self.call, self.passed_over = agent_pb2_grpc.AgentStub(channel).Work(), []

    async def hello(self, agent_id="a1", credential="secret1", skew_ms=0):
        challenge, now = os.urandom(16), int(time.time() * 1000) + skew_ms
        key = hashlib.sha256(credential.encode()).digest()

        def proof(text):
            return hmac.new(key, text.encode(), hashlib.sha256).digest()

        hello = pb.Hello(protocol_version=1, worker_id="w", agent_id=agent_id, sent_at_millis=now, challenge=challenge)
        hello.proof = proof(f"worker|w|{agent_id}|{now}|{challenge.hex()}")
        await self.send(hello=hello)
        welcome = (await self.hear("welcome")).welcome
        assert welcome.proof == proof(f"agent|{agent_id}|{challenge.hex()}")
        return self

    async def send(self, **message):
        await self.call.write(pb.ToAgent(**message))

    async def hear(self, kind, task=None):
        """The first message of a kind that was not heard yet, about a task if one is named."""

        def is_it(message):
            body = getattr(message, message.WhichOneof("message"))
            return message.WhichOneof("message") == kind and (task is None or body.ref.task_id == task)

        for message in self.passed_over:
            if is_it(message):
                self.passed_over.remove(message)
                return message
        while True:
            message = await asyncio.wait_for(self.call.read(), PATIENCE_S)
            if message is grpc.aio.EOF:
                raise AssertionError(f"the stream ended: {await self.call.code()} {await self.call.details()}")
            if is_it(message):
                return message
            self.passed_over.append(message)

    async def start(self, task, epoch=1, to=3, step_ms=20, task_type="count", checkpoint=None, lease_s=90, timeout_s=600):
        start = pb.Start(ref=pb.TaskRef(task_id=task, epoch=epoch), attempt=1, task_type=task_type)
        start.payload = json.dumps({"to": to, "step_ms": step_ms}).encode()
        start.lease.FromMilliseconds(int(lease_s * 1000))
        start.timeout.FromMilliseconds(int(timeout_s * 1000))
        if checkpoint:
            start.checkpoint.CopyFrom(pb.Checkpoint(sequence=7, data=checkpoint))
        await self.send(start=start)

    async def attach(self, task, epoch=1):
        await self.send(attach=pb.Attach(refs=[pb.TaskRef(task_id=task, epoch=epoch)]))

    async def cancel(self, task, epoch=1):
        await self.send(cancel=pb.Cancel(ref=pb.TaskRef(task_id=task, epoch=epoch), reason="enough"))


class Running:
    """The agent, registered at an API of a few lines. What another agent than agent.py prints is left on the terminal."""

    def __init__(self):
        self.registry = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeRegistry)
        self.registry.registered, self.registry.calls, self.registry.status, self.registry.unanswered = [], [], 200, 0
        threading.Thread(target=self.registry.serve_forever, daemon=True).start()
        self.output, self.process = tempfile.TemporaryFile(), None
        url = f"http://127.0.0.1:{self.registry.server_address[1]}"
        try:
            output = None if OTHER else self.output
            self.process = subprocess.Popen([*AGENT, "--orchestrator", url, "--slots", "2"], stdout=output, stderr=output)
            self.await_registration()
        except BaseException as failure:
            self.end()
            if isinstance(failure, OSError):
                raise AssertionError(f"{shlex.join(AGENT)} cannot be started: {failure}") from failure
            raise

    def await_registration(self):
        until = time.monotonic() + PATIENCE_S
        while not self.registry.calls:
            if self.process.poll() is not None:
                raise AssertionError(f"{shlex.join(AGENT)} ended with {self.process.returncode}; {NEEDED}. {self.said()}")
            if time.monotonic() > until:
                done = "sent no heartbeat" if self.registry.registered else "did not register"
                raise AssertionError(f"{shlex.join(AGENT)} {done} within {PATIENCE_S} s; {NEEDED}. {self.said()}")
            time.sleep(0.02)
        types = self.registry.registered[0]["agent_types"]
        if "count" not in types:
            raise AssertionError(f"{shlex.join(AGENT)} registered for {types}; {NEEDED}")

    def said(self):
        self.output.seek(0)
        return self.output.read().decode(errors="replace")

    def end(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        self.registry.shutdown()
        self.registry.server_close()
        self.output.close()


def setUpModule():
    Running().end()  # an agent that cannot be tested fails once, not in each test


class AgentTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.running = Running()
        self.addCleanup(self.running.end)
        self.registry, self.agent = self.running.registry, self.running.process

    async def asyncSetUp(self):
        self.channel = grpc.aio.insecure_channel(self.registry.registered[0]["address"])
        self.addAsyncCleanup(self.channel.close)

    def await_(self, condition):
        until = time.monotonic() + PATIENCE_S
        while not condition():
            self.assertLess(time.monotonic(), until, "in vain")
            time.sleep(0.02)

    async def worker(self, *identity):
        return await Worker(self.channel).hello(*identity)

    async def test_completes_and_repeats_what_it_is_asked_again(self):
        worker = await self.worker()
        await worker.start("t")
        await worker.hear("accepted", "t")
        first = await worker.hear("result", "t")
        await worker.start("t")
        self.assertEqual(first, await worker.hear("result", "t"))
        await worker.attach("t")
        self.assertEqual(first, await worker.hear("result", "t"))
        self.assertEqual({"counted": 3, "resumed_from": 0, "attempt": 1}, json.loads(first.result.result))

    async def test_refuses_a_start_that_comes_after_it_said_unknown(self):
        worker = await self.worker()
        await worker.attach("t", epoch=2)
        await worker.hear("unknown", "t")
        for epoch in (1, 2):
            await worker.start("t", epoch)
            self.assertEqual(pb.REFUSAL_REASON_REVOKED, (await worker.hear("refused", "t")).refused.reason)
        await worker.start("t", epoch=3)
        await worker.hear("result", "t")

    async def test_forgets_what_is_acknowledged(self):
        worker = await self.worker()
        await worker.start("t")
        await worker.hear("result", "t")
        await worker.send(acknowledge=pb.Acknowledge(refs=[pb.TaskRef(task_id="t", epoch=1)]))
        await worker.attach("t")
        await worker.hear("unknown", "t")

    async def test_goes_on_from_a_checkpoint_and_counts_on(self):
        worker = await self.worker()
        await worker.start("t", to=5, checkpoint=b"3")
        self.assertEqual(8, (await worker.hear("checkpoint", "t")).checkpoint.sequence)
        self.assertEqual(3, json.loads((await worker.hear("result", "t")).result.result)["resumed_from"])

    async def test_stops_what_is_cancelled_also_before_it_began(self):
        worker = await self.worker()
        await worker.start("t", to=100_000)
        await worker.cancel("t")
        error = (await worker.hear("error", "t")).error
        self.assertEqual(("CANCELLED", "enough", False), (error.code, error.message, error.retryable))

    async def test_a_newer_epoch_takes_the_place_of_an_older_one(self):
        worker = await self.worker()
        await worker.start("t", to=100_000)
        await worker.hear("checkpoint", "t")
        await worker.start("t", epoch=2)
        error = (await worker.hear("error", "t")).error
        self.assertEqual((1, "CANCELLED", True), (error.ref.epoch, error.code, error.retryable))
        self.assertEqual(2, (await worker.hear("result", "t")).result.ref.epoch)

    async def test_refuses_what_it_has_no_slot_for_or_does_not_serve(self):
        worker = await self.worker()
        for task in ("t1", "t2", "t3"):
            await worker.start(task, to=100_000)
        self.assertEqual(pb.REFUSAL_REASON_FULL, (await worker.hear("refused", "t3")).refused.reason)
        await worker.start("t4", task_type="unknown")
        self.assertEqual(pb.REFUSAL_REASON_UNKNOWN_TYPE, (await worker.hear("refused", "t4")).refused.reason)

    async def test_a_broken_stream_ends_no_task_and_who_attaches_hears_of_it(self):
        broken = await self.worker()
        await broken.start("t", to=20, step_ms=50)
        await broken.hear("checkpoint", "t")
        broken.call.cancel()
        worker = await self.worker()
        await worker.attach("t")
        await worker.hear("accepted", "t")
        await worker.hear("checkpoint", "t")
        await worker.hear("result", "t")

    async def test_ends_what_is_past_its_timeout_or_its_lease(self):
        worker = await self.worker()
        await worker.start("slow", to=100_000, timeout_s=0.5)
        self.assertEqual("TIMEOUT", (await worker.hear("error", "slow")).error.code)
        await worker.start("left", to=100_000, lease_s=0.5)
        self.assertEqual("LEASE_EXPIRED", (await worker.hear("error", "left")).error.code)
        await worker.start("kept", to=100_000, lease_s=1)
        for _ in range(10):  # two leases long
            await asyncio.sleep(0.2)
            await worker.send(renew=pb.Renew())
            await worker.hear("load")
        await worker.cancel("kept")
        self.assertEqual("CANCELLED", (await worker.hear("error", "kept")).error.code)

    async def test_turns_away_who_cannot_prove_to_be_a_worker(self):
        for identity in (("a1", "wrong"), ("a2", "secret1"), ("a1", "secret1", 600_000)):
            with self.assertRaises((AssertionError, grpc.aio.AioRpcError)) as refused:
                await self.worker(*identity)
            self.assertIn("UNAUTHENTICATED", str(refused.exception))

    async def test_registers_anew_when_the_api_has_forgotten_it(self):
        for number, status in enumerate((401, 404), start=2):
            self.registry.status = status
            await asyncio.to_thread(self.await_, lambda: len(self.registry.registered) == number)
        await self.worker("a3", "secret3")

    @unittest.skipIf(OTHER, "it is about what agent.py prints")
    async def test_an_api_that_is_away_is_told_once_and_so_is_its_return(self):
        self.registry.unanswered = 3
        await asyncio.to_thread(self.await_, lambda: "The API answers again." in self.running.said())
        said = self.running.said()
        self.assertEqual(0, self.registry.unanswered)
        self.assertEqual((1, 1), (said.count("The API does not answer: "), said.count("answers again")), said)
        self.assertNotIn("answered", said)

    @unittest.skipIf(OTHER, "it is about what agent.py prints")
    async def test_an_exception_in_a_handler_is_reported_in_short_and_printed_in_full(self):
        worker = await self.worker()
        await worker.start("t", checkpoint=b"no number")
        error = (await worker.hear("error", "t")).error
        self.assertEqual(("AGENT_ERROR", True), (error.code, error.retryable))
        self.assertTrue(error.message.startswith("ValueError: ") and "\n" not in error.message, error.message)
        said = self.running.said()
        for expected in ("The handler of count failed, in attempt 1 of task t:", "Traceback", "in count", "ValueError"):
            self.assertIn(expected, said)

    async def test_stops_in_order(self):
        service = health_pb2_grpc.HealthStub(self.channel)
        question = health_pb2.HealthCheckRequest(service="agentorchestrator.agent.v1.Agent")
        self.assertEqual(health_pb2.HealthCheckResponse.SERVING, (await service.Check(question)).status)
        worker = await self.worker()
        await worker.start("t", to=10, step_ms=100)
        await worker.hear("accepted", "t")

        self.agent.send_signal(signal.SIGTERM)
        await asyncio.to_thread(self.await_, lambda: {"state": "DRAINING"} in [body for _, _, body in self.registry.calls])
        await worker.start("late")
        self.assertEqual(pb.REFUSAL_REASON_SHUTTING_DOWN, (await worker.hear("refused", "late")).refused.reason)
        self.assertEqual(health_pb2.HealthCheckResponse.NOT_SERVING, (await service.Check(question)).status)
        result = await worker.hear("result", "t")
        await worker.send(acknowledge=pb.Acknowledge(refs=[result.result.ref]))
        self.assertEqual(0, await asyncio.to_thread(self.agent.wait, PATIENCE_S))
        self.assertEqual(("/v1/agents/a1", "Bearer secret1", None), self.registry.calls[-1])


@unittest.skipIf(OTHER, "of the Python agent only")
class NumbersTest(unittest.TestCase):
    def test_numbers_come_and_go_as_they_were_written(self):
        from agent_protocol import read_json, write_json

        text = '{"price": 3.10, "large": 1E+400, "digits": 0.12345678901234567890, "whole": 12345678901234567890, "t": ["a", null, true]}'
        self.assertEqual(text, write_json(read_json(text)))
        for unwritable in (float("nan"), decimal.Decimal("Infinity"), object()):
            with self.assertRaises((TypeError, ValueError)):
                write_json(unwritable)


if __name__ == "__main__":
    unittest.main()
