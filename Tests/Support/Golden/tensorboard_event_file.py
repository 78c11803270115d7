"""Prints the event files that TensorBoardWriterTests expects, as hexadecimal lines.

Written with TensorBoard's own messages and record writer: tensorboard 2.21.0, protobuf 7.36.2, Python 3.11.7.
"""

import io
import textwrap

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

scalars = [
    ("epoch/train_loss", 1.5),
    ("epoch/train_accuracy", 0.1),
    ("epoch/test_loss", float("inf")),
    ("epoch/test_accuracy", 0.25),
]
version = Event(wall_time=1700000000.25, file_version="brain.Event:2")


def start(step):
    return Event(wall_time=1700000000.25, step=step, session_log=SessionLog(status=SessionLog.START))


summary = Event(
    wall_time=1700000060.5,
    step=782,
    summary=Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in scalars]),
)

for name, events in {"new run": [version, start(0)], "resumed": [version, start(392), summary]}.items():
    file = io.BytesIO()
    writer = RecordWriter(file)
    for event in events:
        writer.write(event.SerializeToString())
    print(name, *textwrap.wrap(file.getvalue().hex(), 96), sep="\n")
