"""What an agent has to say and do, message by message; docs/agents-in-other-languages.md explains it. Nothing here is about your tasks: agent.py is.

Everything happens in one asyncio loop, so nothing here needs a lock.
"""

import asyncio
import decimal
import hashlib
import hmac
import http.client
import json
import os
import re
import secrets
import signal
import sys
import time
import traceback
import urllib.error
import urllib.request

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from agentorchestrator.agent.v1 import agent_pb2 as pb
from agentorchestrator.agent.v1 import agent_pb2_grpc

MAX_RESULT_BYTES, MAX_CHECKPOINT_BYTES, MAX_MESSAGE_BYTES = 1024 * 1024, 256 * 1024, 4 * 1024 * 1024
MAX_KEPT_OUTCOMES, MAX_REVOKED, MAX_OUTBOX, MAX_STREAMS = 10_000, 10_000, 10_000, 100
HELLO_WITHIN_S, CLOCK_SKEW_MS, REVOKED_FOR_S, CANCEL_GRACE_S, DRAIN_S, FETCH_S = 10, 300_000, 90, 2, 30, 5
PREEMPTED = ("PREEMPTED", "stopped for a task of higher priority", True)
SERVICE = "agentorchestrator.agent.v1.Agent"
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


def read_json(text):
    """Whole numbers as int, all others as Decimal: a float would make 3.1 of 3.10, and inf of 1e400."""
    return json.loads(text, parse_float=decimal.Decimal)


def write_json(value):
    """Decimals as the numbers that they are, digit for digit; json knows only floats, so they are written as marked strings first."""
    mark = secrets.token_hex(16)

    def marked(other):
        if isinstance(other, decimal.Decimal) and other.is_finite():
            return f"{mark}{other}"
        raise TypeError(f"{other!r} has no form in JSON")

    return re.sub(f'"{mark}([^"]*)"', r"\1", json.dumps(value, allow_nan=False, default=marked))


class TaskFailure(Exception):
    def __init__(self, code, message, retryable=True):
        super().__init__(message)
        self.code, self.retryable = code, retryable


class Preempted(Exception):
    """Raised by a handler that makes way for another task, having saved what it has done."""


class Task:
    """One dispatch of a task, from Accepted until its outcome is acknowledged or forgotten."""

    def __init__(self, start, stream, predecessors):
        self.ref, self.attempt, self.key = start.ref, start.attempt, (start.ref.task_id, start.ref.epoch)
        self.task_key, self.attempt_key = start.task_key, start.attempt_key  # for side effects that must happen once
        self.type, self.json = start.task_type, start.payload
        self.checkpoint = start.checkpoint.data if start.HasField("checkpoint") else None
        self.sequence = start.checkpoint.sequence
        self.lease_s, self.timeout_s = start.lease.ToTimedelta().total_seconds(), start.timeout.ToTimedelta().total_seconds()
        self.stream, self.predecessors = stream, predecessors
        self.accepted_at = self.contact_at = time.monotonic()
        self.ended_at, self.stopping_at, self.ending, self.outcome = 0.0, 0.0, None, None
        self.grace_until = None  # until when its handler may go on, if it is to make way
        self.told, self.runner = {}, None  # the latest progress, checkpoint and usage; the handler

    def tell(self, kind, **fields):
        if self.outcome is None and self.ending is None:
            self.told[kind] = pb.FromAgent(**{kind: getattr(pb, kind.capitalize())(ref=self.ref, **fields)})
            self.stream.send(self.told[kind])

    def save(self, data):
        if len(data) > MAX_CHECKPOINT_BYTES:
            raise TaskFailure("CHECKPOINT_TOO_LARGE", f"a checkpoint of {len(data)} bytes", retryable=False)
        self.checkpoint, self.sequence = data, self.sequence + 1
        self.tell("checkpoint", sequence=self.sequence, data=data)

    def progress(self, fraction, message):
        self.tell("progress", fraction=fraction, message=message[:250])

    def usage(self, cost_micro_usd, input_tokens, output_tokens):
        """Totals of this attempt so far, not increments."""
        self.tell("usage", cost_micro_usd=cost_micro_usd, input_tokens=input_tokens, output_tokens=output_tokens)

    def stop(self, code, message, retryable):
        if self.ending is None and not self.runner.done():
            self.ending, self.stopping_at = (code, message, retryable), time.monotonic()
            self.runner.cancel()

    @property
    def preemption_requested(self):
        return self.grace_until is not None

    def conclude(self, result=None, error=None):
        if self.outcome is not None:
            return
        usage = self.told["usage"].usage if "usage" in self.told else None
        if self.ending or error:
            code, message, retryable = self.ending or error
            failed = pb.Error(ref=self.ref, code=code, message=message[:1000], retryable=retryable, usage=usage)
            self.outcome = pb.FromAgent(error=failed)
        else:
            self.outcome = pb.FromAgent(result=pb.Result(ref=self.ref, result=result, usage=usage))
        self.ended_at = time.monotonic()
        self.stream.send(self.outcome)

    def tell_again(self):
        """What a worker may have missed that asks for the task: the checkpoint, and the outcome or else that it runs."""
        known = [self.told.get("checkpoint"), self.outcome]
        if self.outcome is None:
            known = [pb.FromAgent(accepted=pb.Accepted(ref=self.ref)), *self.told.values()]
        for message in filter(None, known):
            self.stream.send(message)

    def lease_is_over(self, now):
        return now - max(self.contact_at, self.ended_at, self.stream.contact_at) > self.lease_s


class Stream:
    """What one worker's stream still has to be told. Its end ends no task."""

    def __init__(self):
        self.outbox, self.contact_at, self.call = asyncio.Queue(), time.monotonic(), asyncio.current_task()
        self.open = False  # until Welcome is said, nothing else is

    def send(self, message):
        if self.outbox.qsize() > MAX_OUTBOX:
            self.call.cancel()  # the worker reads too slowly; it will attach anew
        elif self.open:
            self.outbox.put_nowait(message)

    async def write(self, context):
        while True:
            await context.write(await self.outbox.get())


class Agent(agent_pb2_grpc.AgentServicer):
    def __init__(self, handlers, slots):
        self.handlers, self.slots, self.agent_id, self.credential = handlers, slots, None, None
        self.tasks, self.revoked, self.streams, self.draining = {}, {}, set(), False

    def active(self):
        return sum(not task.runner.done() for task in self.tasks.values())

    def proof(self, text):
        key = hashlib.sha256(self.credential.encode()).digest()
        return hmac.new(key, text.encode(), hashlib.sha256).digest()

    def objection(self, hello):
        if self.credential is None:
            return "the agent is not registered yet"
        if hello.protocol_version != 1 or hello.agent_id != self.agent_id or len(hello.challenge) != 16:
            return f"this is agent {self.agent_id}, and it speaks protocol version 1"
        if abs(hello.sent_at_millis - time.time() * 1000) > CLOCK_SKEW_MS:
            return "the clocks are more than 5 minutes apart"
        expected = f"worker|{hello.worker_id}|{hello.agent_id}|{hello.sent_at_millis}|{hello.challenge.hex()}"
        return "" if hmac.compare_digest(self.proof(expected), hello.proof) else "the proof is wrong"

    async def Work(self, request_iterator, context):
        if len(self.streams) >= MAX_STREAMS:
            await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many streams")
        stream, writer = Stream(), None
        self.streams.add(stream)
        try:
            first = await asyncio.wait_for(context.read(), HELLO_WITHIN_S)
            objection = self.objection(first.hello) if first is not grpc.aio.EOF else "no Hello"
            if objection:
                print(f"Turned away a worker: {objection}", flush=True)
                await context.abort(grpc.StatusCode.UNAUTHENTICATED, objection)
            proof = self.proof(f"agent|{self.agent_id}|{first.hello.challenge.hex()}")
            welcome = pb.Welcome(protocol_version=1, agent_id=self.agent_id, proof=proof)
            welcome.max_concurrent_tasks, welcome.active_tasks = self.slots, self.active()
            welcome.preempts = True
            stream.open = True
            stream.send(pb.FromAgent(welcome=welcome))
            writer = asyncio.create_task(stream.write(context))
            while (message := await context.read()) is not grpc.aio.EOF:
                self.on(message, stream)
        except asyncio.CancelledError:
            pass  # the worker has gone, or reads too slowly, or this agent ends
        finally:
            stream.open = False
            self.streams.discard(stream)
            if writer:
                writer.cancel()

    def on(self, message, stream):
        match message.WhichOneof("message"):
            case "start":
                self.start(message.start, stream)
            case "attach":
                for ref in message.attach.refs:
                    if task := self.find(ref, stream):
                        self.watch(task, stream)
            case "cancel":
                if task := self.find(message.cancel.ref, stream):
                    if task.outcome is not None:
                        stream.send(task.outcome)
                    else:
                        task.stop("CANCELLED", message.cancel.reason or "cancelled by the orchestrator", False)
            case "preempt":
                if task := self.find(message.preempt.ref, stream):
                    if task.outcome is not None:
                        stream.send(task.outcome)
                    elif task.grace_until is None:
                        task.grace_until = time.monotonic() + message.preempt.grace.ToTimedelta().total_seconds()
            case "acknowledge":
                for ref in message.acknowledge.refs:
                    task = self.tasks.get((ref.task_id, ref.epoch))
                    if task is not None and task.outcome is not None and task.runner.done():
                        del self.tasks[task.key]
            case "renew":
                stream.contact_at = time.monotonic()
                self.tell_load(stream)  # always answered: so the worker knows that this agent lives

    def find(self, ref, stream):
        """The task, or None: whoever hears Unknown may dispatch it elsewhere, so a Start that comes late is refused."""
        task = self.tasks.get((ref.task_id, ref.epoch))
        if task is None:
            earlier = self.revoked.pop(ref.task_id, (0, 0))[0]
            self.revoked[ref.task_id] = (max(earlier, ref.epoch), time.monotonic() + REVOKED_FOR_S)
            if len(self.revoked) > MAX_REVOKED:
                del self.revoked[next(iter(self.revoked))]
            stream.send(pb.FromAgent(unknown=pb.Unknown(ref=ref)))
        return task

    def watch(self, task, stream):
        task.stream, task.contact_at = stream, time.monotonic()
        task.tell_again()

    def start(self, start, stream):
        ref = start.ref
        others = [task for task in self.tasks.values() if task.ref.task_id == ref.task_id]
        known = next((task for task in others if task.ref.epoch == ref.epoch), None)
        if known:  # repeated: answer again, run nothing
            self.watch(known, stream)
            return
        for task in others:
            if task.ref.epoch < ref.epoch:
                task.stop("CANCELLED", f"superseded by epoch {ref.epoch} of the task", True)
        later = max((task.ref.epoch for task in others), default=0)
        revoked_epoch, revoked_until = self.revoked.get(ref.task_id, (0, 0))
        if revoked_epoch >= ref.epoch and revoked_until > time.monotonic():
            self.refuse(ref, pb.REFUSAL_REASON_REVOKED, "said to be unknown before it came", stream)
        elif later > ref.epoch:
            superseded = pb.Error(ref=ref, code="CANCELLED", message=f"superseded by epoch {later}", retryable=True)
            stream.send(pb.FromAgent(error=superseded))
        elif self.draining:
            self.refuse(ref, pb.REFUSAL_REASON_SHUTTING_DOWN, "the agent is shutting down", stream)
        elif start.task_type not in self.handlers:
            self.refuse(ref, pb.REFUSAL_REASON_UNKNOWN_TYPE, f"{start.task_type} is not served here", stream)
        elif self.active() >= self.slots:
            self.refuse(ref, pb.REFUSAL_REASON_FULL, f"all {self.slots} slots are taken", stream)
        else:
            task = Task(start, stream, [other.runner for other in others])
            self.tasks[task.key] = task
            task.runner = asyncio.create_task(self.run(task))
            task.runner.add_done_callback(lambda runner: self.ended(task, runner))
            stream.send(pb.FromAgent(accepted=pb.Accepted(ref=ref)))

    def refuse(self, ref, reason, message, stream):
        stream.send(pb.FromAgent(refused=pb.Refused(ref=ref, reason=reason, message=message)))

    async def run(self, task):
        """The result as JSON and None, or None and the code, message and retryable of the failure."""
        if task.predecessors:  # never two executions of one task
            await asyncio.wait(task.predecessors)
        try:
            task.payload = read_json(task.json)
            result = write_json(await self.handlers[task.type](task)).encode()
            if len(result) > MAX_RESULT_BYTES:
                return None, ("RESULT_TOO_LARGE", f"a result of {len(result)} bytes", False)
            return result, None
        except Preempted:
            if task.preemption_requested:
                return None, PREEMPTED
            return None, ("AGENT_ERROR", "the handler made way, though nobody asked it to", True)
        except TaskFailure as failure:
            return None, (failure.code, str(failure), failure.retryable)
        except Exception as failure:  # whatever a handler raises ends its task and nothing else
            print(f"The handler of {task.type} failed, in attempt {task.attempt} of task {task.ref.task_id}:", file=sys.stderr)
            traceback.print_exc()
            return None, ("AGENT_ERROR", f"{type(failure).__name__}: {failure}", True)

    def ended(self, task, runner):
        """Its slot is free by now, and the load is told first: what answers the outcome may be the next Start."""
        for stream in self.streams:
            self.tell_load(stream)
        task.conclude(*((None, ("AGENT_ERROR", "the handler was cancelled", True)) if runner.cancelled() else runner.result()))

    def tell_load(self, stream):
        stream.send(pb.FromAgent(load=pb.Load(max_concurrent_tasks=self.slots, active_tasks=self.active())))

    async def sweep(self):
        """Ends what is past its timeout or lease, and forgets outcomes that nobody fetched."""
        while True:
            await asyncio.sleep(0.2)
            now = time.monotonic()
            for task in list(self.tasks.values()):
                if task.outcome is not None and task.runner.done():
                    if task.lease_is_over(now) or len(self.tasks) > self.slots + MAX_KEPT_OUTCOMES:
                        del self.tasks[task.key]
                elif task.ending and now - task.stopping_at > CANCEL_GRACE_S:
                    task.conclude()  # the handler does not notice that it was cancelled; its slot stays taken until it ends
                elif task.grace_until and now > task.grace_until:
                    task.stop(*PREEMPTED)
                elif now - task.accepted_at > task.timeout_s:
                    task.stop("TIMEOUT", f"not done within {task.timeout_s:g} s", True)
                elif task.lease_is_over(now):
                    task.stop("LEASE_EXPIRED", f"no contact for {task.lease_s:g} s", True)


async def call(method, url, bearer=None, body=None):
    """Status and JSON of an answer of the API; None and the reason where there was none."""
    request = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    if bearer:
        request.add_header("Authorization", f"Bearer {bearer}")

    def send():
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read(4096).decode(errors="replace")
        except (OSError, http.client.HTTPException) as away:
            return None, str(getattr(away, "reason", away))

    return await asyncio.to_thread(send)


async def stay_registered(agent, url, description, enrolment_token):
    pause, trouble = 0.2, ""
    while True:
        if agent.credential is None:
            status, body = await call("POST", url, enrolment_token, description)
            if status in (200, 201):
                agent.agent_id, agent.credential = body["agent_id"], body["credential"]
                print(f"Registered as agent {agent.agent_id} at {description['address']}", flush=True)
        else:
            state = "DRAINING" if agent.draining else "READY"
            beat = {"state": state, "active_tasks": agent.active()}
            status, body = await call("PUT", f"{url}/{agent.agent_id}/heartbeat", agent.credential, beat)
            if status in (401, 404):  # forgotten: register anew, at once
                agent.agent_id = agent.credential = None
                continue
        if status in (200, 201):
            if trouble:
                print("The API answers again.", flush=True)
            pause, trouble = 0.2, ""
            await asyncio.sleep(float(body["heartbeat_interval"].removeprefix("PT").removesuffix("S")))
        else:
            now = "The API does not answer" if status is None else f"The API answered {status}"
            if now != trouble:  # told once, however long it lasts
                print(f"{now}: {body}", flush=True)
            trouble = now
            await asyncio.sleep(pause)
            pause = min(2 * pause, 5)


async def drain(agent, url, healthy):
    """Takes nothing more, lets what runs end, and stays until workers have fetched the outcomes."""
    agent.draining = True
    for service in ("", SERVICE):
        await healthy.set(service, NOT_SERVING)
    if agent.credential:
        await call("PUT", f"{url}/{agent.agent_id}/heartbeat", agent.credential, {"state": "DRAINING"})
    give_up_at = time.monotonic() + DRAIN_S
    while agent.active() and time.monotonic() < give_up_at:
        await asyncio.sleep(0.1)
    for task in agent.tasks.values():
        task.stop("CANCELLED", "the agent was shut down before the task was done", True)
    give_up_at = time.monotonic() + FETCH_S
    while agent.tasks and time.monotonic() < give_up_at:
        await asyncio.sleep(0.1)


async def serve(handlers, orchestrator, host="127.0.0.1", port=0, slots=4):
    """Works until SIGTERM or SIGINT. The first of the handlers' task types names the agent's pool; workers reach it as `host`."""
    agent, healthy = Agent(handlers, slots), health.aio.HealthServicer()
    server = grpc.aio.server(
        options=[
            ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
            ("grpc.keepalive_time_ms", 20_000),  # ends streams whose worker's host is gone
            ("grpc.keepalive_timeout_ms", 10_000),
        ]
    )
    agent_pb2_grpc.add_AgentServicer_to_server(agent, server)
    health_pb2_grpc.add_HealthServicer_to_server(healthy, server)
    port = server.add_insecure_port(f"{host}:{port}")
    await server.start()
    for service in ("", SERVICE):
        await healthy.set(service, SERVING)

    url = orchestrator.rstrip("/") + "/v1/agents"
    description = {"agent_types": list(handlers), "address": f"{host}:{port}", "max_concurrent_tasks": slots}
    token = os.environ.get("ORCHESTRATOR_AGENT_ENROLMENT_TOKEN")
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    loops = [asyncio.create_task(loop) for loop in (stopped.wait(), agent.sweep(), stay_registered(agent, url, description, token))]
    ended, _ = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
    for loop in ended:
        loop.result()  # raises what ended a loop that must not end
    await drain(agent, url, healthy)
    for loop in loops:
        loop.cancel()
    if agent.credential:
        await call("DELETE", f"{url}/{agent.agent_id}", agent.credential)
    for stream in agent.streams:
        stream.call.cancel()
    await server.stop(grace=1)
