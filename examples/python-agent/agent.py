"""An agent in Python: put your own functions into HANDLERS, and run it.

A handler is a coroutine that gets a task and returns what becomes JSON. It may use

    task.payload, task.attempt, task.checkpoint       the JSON object; from 1; the bytes saved last, by this or an earlier attempt, or None.
                                                      Numbers with a fraction or an exponent are Decimals: float(x) where digits do not matter
    task.task_key, task.attempt_key                   for side effects that must happen once in the task's life, or in the attempt
    task.save(bytes), task.progress(fraction, text)   a checkpoint for the next attempt; news for people
    task.usage(micro_usd, tokens_in, tokens_out)      totals so far
    task.preemption_requested                         true once another task wants the slot: save, and raise Preempted

and raise TaskFailure(code, message, retryable); anything else that it raises is AGENT_ERROR, retryable. When the task has to stop, the coroutine is cancelled.
It must leave the loop to others: what blocks or computes goes into `await asyncio.to_thread(work)`, or a process pool.
"""

import argparse
import asyncio

from agent_protocol import Preempted, TaskFailure, serve


async def count(task):
    """Counts up to `to`, with a checkpoint after each number; a later attempt goes on from the last one."""
    to, step_ms = task.payload.get("to"), task.payload.get("step_ms", 100)
    if not isinstance(to, int) or not isinstance(step_ms, int):
        raise TaskFailure("INVALID_PAYLOAD", "`to` and `step_ms` have to be whole numbers", retryable=False)
    start = int(task.checkpoint) if task.checkpoint else 0
    for number in range(start + 1, to + 1):
        await asyncio.sleep(step_ms / 1000)  # here the task is cancelled, if it has to stop
        task.save(str(number).encode())
        task.progress(number / to, f"{number} of {to}")
        if task.preemption_requested and number < to:
            raise Preempted
    return {"counted": to, "resumed_from": start, "attempt": task.attempt}


HANDLERS = {"count": count}  # by task type; the first names the agent's pool

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="An agent in Python.")
    parser.add_argument("--orchestrator", default="http://127.0.0.1:8080", help="the API")
    parser.add_argument("--host", default="127.0.0.1", help="the name by which workers reach this agent, and where it listens")
    parser.add_argument("--port", type=int, default=0, help="any free one by default")
    parser.add_argument("--slots", type=int, default=4, help="how many tasks it takes at once")
    options = parser.parse_args()
    asyncio.run(serve(HANDLERS, **vars(options)))
