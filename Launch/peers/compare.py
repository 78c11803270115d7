"""Launch/bench-peers: swift-dp-train and PyTorch in turns on the same work, and the ratios as tables.

For each row of the table PyTorch's ranks are started once and then sleep while the other side runs. A first pass times
every setting of PyTorch (layout, torch.compile); the best of each precision then takes turns with this project, so that
whatever else the machine does hits both. A ratio is taken within a round: rounds are neighbours in time.
"""

import argparse
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".build/release/swift-dp-train"
LAYOUTS = ((), ("channels last",))
SETTINGS = [(*layout, *compiled) for compiled in ((), ("compiled",)) for layout in LAYOUTS]

# What both sides do: stochastic gradient descent with Nesterov momentum on images in memory, as they are.
RECIPE = [
    "optimizer.name=sgd",
    "optimizer.learningRate=0.001",
    "optimizer.momentum=0.9",
    "optimizer.nesterov=true",
    "augmentation.mirror=false",
    "augmentation.translationPixels=0",
]


def network_row(config, global_batch, ranks, threads=1):
    return {
        "config": str(ROOT / "Configs" / config),
        "global_batch": global_batch,
        "ranks": ranks,
        "threads": threads,
    }


def layer_row(**options):
    """One convolution of 128 channels to 128 at 16×16 pixels, on one thread."""
    convolution = {"outputChannels": 128, "kernel": 3, "padding": 1, **options}
    return {"layer": {"conv2d": convolution}, "input": [128, 16, 16], "global_batch": 128, "ranks": 1, "threads": 1}


PEER_ROWS = {
    "cnn": network_row("cnn.yaml", 512, 2),
    "mlp": network_row("mlp.yaml", 512, 2),
    "cnn-4-ranks": network_row("cnn.yaml", 512, 4),
    "cnn-threads": network_row("cnn.yaml", 512, 1, threads=2),
    "resnet9": network_row("resnet9.yaml", 256, 2),
    "layer": layer_row(),
    "layer-depthwise": layer_row(groups=128),
    "layer-dilated": layer_row(dilation=2, padding=2),
    "layer-grouped": layer_row(groups=4),
    "layer-1x1": layer_row(kernel=1, padding=0),
    "layer-5x5": layer_row(kernel=5, padding=2),
    "layer-stride-2": layer_row(stride=2),
}
# Against one rank on one thread: as much work for two ranks together, and for each of them.
SCALING_ROWS = {
    f"{name} {kind}": (network_row(config, one, 1), network_row(config, two, 2))
    for name, config in (("cnn", "cnn.yaml"), ("mlp", "mlp.yaml"))
    for kind, one, two in (("strong", 512, 512), ("weak", 256, 512))
}
ROW_NAMES = [*PEER_ROWS, "scaling", "start-up"]


def say(text):
    print(text, file=sys.stderr, flush=True)


def program_environment(row):
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1", SWIFT_DP_THREADS=str(row["threads"]))
    if row["ranks"] > os.cpu_count():
        environment.update(OMPI_MCA_rmaps_base_oversubscribe="1", OMPI_MCA_mpi_yield_when_idle="1")
    return environment


def run_program(row, arguments):
    """What one run of this project prints."""
    command = [str(PROGRAM), *arguments]
    if row["ranks"] > 1:
        command = ["mpirun", "-n", str(row["ranks"]), "--bind-to", "none", *command]
    result = subprocess.run(
        command, env=program_environment(row), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise SystemExit(f"bench-peers: {' '.join(command)} ended with {result.returncode}: {result.stderr.strip()}")
    return result.stdout


def bench_program(row, seconds, reduction="reproducible"):
    """The figures of `swift-dp-train bench` for about `seconds`."""
    if "layer" in row:
        # JSON is YAML; a mapping of one key is `kind: {options}`.
        work = ["--layer", json.dumps(row["layer"])[1:-1], "--input", "x".join(map(str, row["input"]))]
        work += ["--batch", str(row["global_batch"])]
    else:
        keys = [*RECIPE, f"training.globalBatchSize={row['global_batch']}", f"parallel.reduction={reduction}"]
        work = ["--config", row["config"], *(word for key in keys for word in ("--set", key))]
    return json.loads(run_program(row, ["bench", "--json", "--seconds", str(seconds), *work]))


class Torch:
    """PyTorch's ranks for one row."""

    def __init__(self, row):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = dict(
            os.environ,
            OMP_NUM_THREADS=str(row["threads"]),
            MASTER_ADDR="127.0.0.1",
            MASTER_PORT=str(port),
            WORLD_SIZE=str(row["ranks"]),
            TORCHINDUCTOR_CACHE_DIR=str(ROOT / ".build/peers-compiled"),
        )
        command = [sys.executable, "-W", "ignore", str(pathlib.Path(__file__).with_name("torch_rank.py")), json.dumps(row)]
        self.log = tempfile.TemporaryFile(mode="w+")
        self.ranks = [
            subprocess.Popen(
                command,
                env=dict(environment, RANK=str(rank), LOCAL_RANK=str(rank)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.log,
                text=True,
            )
            for rank in range(row["ranks"])
        ]

    def images_per_second(self, setting, seconds):
        """The rate of a setting; None where it doesn't work on some rank."""
        for rank in self.ranks:
            rank.stdin.write(json.dumps({"setting": setting, "seconds": seconds}) + "\n")
            rank.stdin.flush()
        lines = [rank.stdout.readline() for rank in self.ranks]
        if not all(lines):
            self.log.seek(0)
            raise SystemExit(f"bench-peers: a rank of PyTorch ended:\n{self.log.read()[-2000:]}")
        answers = [json.loads(line) for line in lines]
        for answer in answers:
            if "error" in answer:
                say(f"  PyTorch {describe(setting)} does not work here: {answer['error']}")
                return None
        self.parameter_count = answers[0]["parameter_count"]
        return min(answer["images_per_second"] for answer in answers)

    def close(self):
        for rank in self.ranks:
            rank.stdin.close()
        for rank in self.ranks:
            try:
                rank.wait(timeout=20)
            except subprocess.TimeoutExpired:
                rank.kill()


def describe(setting):
    precision = "bf16" if "bf16" in setting else "fp32"
    return ", ".join([precision, *(word for word in setting if word != "bf16")])


def spread(values):
    return {"minimum": min(values), "median": statistics.median(values), "maximum": max(values)}


def best_settings(torch, row, seconds):
    """PyTorch's fastest setting of each precision, and all rates."""
    rates = {}
    for precision in ((),) if "layer" in row else ((), ("bf16",)):
        for setting in SETTINGS:
            rate = torch.images_per_second((*precision, *setting), seconds)
            if rate:
                rates[(*precision, *setting)] = rate
                say(f"  PyTorch {describe((*precision, *setting))}: {rate:,.0f} images/s")
    best = {}
    for setting, rate in rates.items():
        precision = "bf16" if "bf16" in setting else "fp32"
        if rate > rates.get(best.get(precision), 0):
            best[precision] = setting
    return best, {describe(setting): rate for setting, rate in rates.items()}


def compare(name, options):
    """One row: rounds of this project, PyTorch's best fp32 and its best bf16."""
    row = PEER_ROWS[name]
    say(f"{name}: PyTorch's settings")
    torch = Torch(row)
    try:
        best, settings = best_settings(torch, row, options.seconds / 2)
        rates = {"this project": [], **{precision: [] for precision in best}}
        for round_number in range(options.rounds):
            rates["fp32"].append(torch.images_per_second(best["fp32"], options.seconds))
            # Between the two that it is compared with.
            program = bench_program(row, options.seconds)
            if program["parameter_count"] != torch.parameter_count:
                raise SystemExit(f"bench-peers: {name} has other parameters in PyTorch: {torch.parameter_count}")
            rates["this project"].append(program["images_per_second"])
            if "bf16" in best:
                rates["bf16"].append(torch.images_per_second(best["bf16"], options.seconds))
            say(f"  round {round_number + 1}: " + ", ".join(f"{side} {values[-1]:,.0f}" for side, values in rates.items()))
    finally:
        torch.close()
    return {
        "images_per_second": {side: spread(values) for side, values in rates.items()},
        "ratios": {
            precision: spread([ours / theirs for ours, theirs in zip(rates["this project"], rates[precision])])
            for precision in best
        },
        "best_settings": {precision: describe(setting) for precision, setting in best.items()},
        "settings": settings,
    }


def measure_scaling(options):
    """Speed-up from one rank to two over 2, both reductions; the share of a step that waits for communication."""
    results = {}
    for name, (one, two) in SCALING_ROWS.items():
        for reduction in ("reproducible", "fast"):
            efficiencies, exposed, memory = [], [], []
            for _ in range(options.rounds):
                alone = bench_program(one, options.seconds, reduction)
                both = bench_program(two, options.seconds, reduction)
                efficiencies.append(both["images_per_second"] / alone["images_per_second"] / 2)
                exposed.append(both["exposed_communication_share"])
                memory.append(both["peak_memory_bytes"] / 1e6)
            results[f"{name}, {reduction}"] = {
                "efficiency": spread(efficiencies),
                "exposed_communication_share": spread(exposed),
                "peak_memory_megabytes": spread(memory),
            }
            say(f"  {name}, {reduction}: {statistics.median(efficiencies):.3f} of linear")
    return results


def measure_start_up(options):
    """Seconds from mpirun to the end of the first step on the real data, at two ranks."""
    row, seconds = PEER_ROWS["cnn"], []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            start = time.time()
            run_program(
                row,
                ["train", "--config", row["config"], "--run-dir", folder, "--max-steps", "1"]
                + ["--set", "logging.everySteps=1", "--set", "training.globalBatchSize=512"],
            )
            with open(f"{folder}/metrics.jsonl") as events:
                first_step = next(event for event in map(json.loads, events) if event.get("event") == "step")
            seconds.append(first_step["wall_time"] - start)
    return spread(seconds)


def table(header, rows):
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def ratio_cell(values):
    return f"{values['minimum']:.2f} / **{values['median']:.2f}** / {values['maximum']:.2f}" if values else ""


def peer_table(results):
    rows = []
    for name, result in results.items():
        rates, best = result["images_per_second"], result["best_settings"]
        rates_text = [f"{rates['this project']['median']:,.0f}"] + [
            f"{rates[precision]['median']:,.0f} ({best[precision]})" if precision in best else ""
            for precision in ("fp32", "bf16")
        ]
        rows.append([name, *rates_text, *(ratio_cell(result["ratios"].get(key)) for key in ("fp32", "bf16"))])
    header = ["row", "images/s", "PyTorch's best fp32", "PyTorch's best bf16", "times its fp32", "times its bf16"]
    return table(header, rows)


def scaling_table(results):
    return table(
        ["1 to 2 ranks", "of linear", "exposed communication", "peak memory a rank"],
        [
            [
                name,
                ratio_cell(result["efficiency"]),
                f"{100 * result['exposed_communication_share']['median']:.1f} %",
                f"{result['peak_memory_megabytes']['median']:.0f} MB",
            ]
            for name, result in results.items()
        ],
    )


def parse_options():
    parser = argparse.ArgumentParser(prog="bench-peers", description="Compares swift-dp-train with PyTorch.")
    parser.add_argument("--rows", default=",".join(ROW_NAMES), help=f"comma-separated, of {', '.join(ROW_NAMES)}")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each row (default 5)")
    parser.add_argument("--seconds", type=float, default=3, help="seconds of each measurement (default 3)")
    parser.add_argument("--json", metavar="FILE", help="also write all figures to FILE")
    options = parser.parse_args()
    options.rows = options.rows.split(",")
    for name in options.rows:
        if name not in ROW_NAMES:
            parser.error(f"no row is called '{name}'; there are {', '.join(ROW_NAMES)}")
    if options.rounds < 1 or options.seconds <= 0:
        parser.error("--rounds needs 1 or more, --seconds more than 0")
    if "start-up" in options.rows and not shutil.which("mpirun"):
        parser.error("no mpirun on the PATH; Launch/quickstart installs it")
    return options


def main():
    options = parse_options()
    results = {}
    peers = {name: results.setdefault(name, compare(name, options)) for name in PEER_ROWS if name in options.rows}
    if peers:
        print("Ratios as minimum / **median** / maximum over rounds.\n\n" + peer_table(peers), flush=True)
    if "scaling" in options.rows:
        say("scaling")
        results["scaling"] = measure_scaling(options)
        print("\n" + scaling_table(results["scaling"]), flush=True)
    if "start-up" in options.rows:
        say("start-up")
        results["start-up"] = measure_start_up(options)
        print(f"\nFrom mpirun to the end of the first step: {ratio_cell(results['start-up'])} s", flush=True)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
