#!/usr/bin/python3
"""Plots how the cost of a scan grows, as SVG (Debian's python3-matplotlib; bench/README.md).

    build/release/bin/bench --repetitions 1 --from list.txt --each each.jsonl
    build/release/bin/bench_kernels --benchmark_out=kernels.json --benchmark_out_format=json
    bench/plot.py --each each.jsonl --kernels kernels.json --memory build/release/bin/cerebro docs/images

--memory scans some of the packages of each.jsonl, small to large, each in a process of its own
without the sandbox, for its peak memory.
"""
import argparse
import json
import os
import subprocess
import sys

plt = None  # matplotlib.pyplot


def import_matplotlib():
    """Late: a child's peak memory counts what its parent had at the fork."""
    global plt
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "cerebro"  # the same data gives the same file
    import matplotlib.pyplot

    plt = matplotlib.pyplot


def save(folder, name):
    plt.grid(True, which="major", alpha=0.3)
    plt.tight_layout()
    plt.savefig(os.path.join(folder, name + ".svg"), metadata={"Date": None})
    plt.close()


def new_plot(x, y, size=(5.2, 3.4)):
    plt.figure(figsize=size)
    plt.xscale("log")
    plt.yscale("log")
    plt.xlabel(x)
    plt.ylabel(y)


def package_size(rows, folder):
    """CPU time by the bytes that were parsed, one point for each of at most 700 packages."""
    rows = [row for row in rows if row["parsed_bytes"] > 0]
    step = max(1, len(rows) // 700)
    shown = sorted(rows, key=lambda row: row["parsed_bytes"])[::step]
    new_plot("parsed KB of the package", "CPU ms")
    plt.plot([row["parsed_bytes"] / 1e3 for row in shown], [row["cpu_ms"] for row in shown], ".", ms=3, alpha=0.6)
    save(folder, "cost-package-size")


def package_count(rows, folder):
    """CPU time of the first n packages in the order of the list."""
    total, sums = 0.0, []
    for row in rows:
        total += row["cpu_ms"] / 1e3
        sums.append(total)
    plt.figure(figsize=(5.2, 3.4))
    plt.xlabel("packages")
    plt.ylabel("CPU s")
    step = max(1, len(sums) // 300)
    plt.plot(range(1, len(sums) + 1, step), sums[::step])
    save(folder, "cost-packages")


def series(kernels, name):
    found = []
    for run in kernels["benchmarks"]:
        head, _, argument = run["name"].partition("/")
        if head == name:
            unit = {"ns": 1e-6, "us": 1e-3, "ms": 1.0}[run["time_unit"]]
            found.append((int(argument.split(":")[1]), run["cpu_time"] * unit))
    return sorted(found)


def kernel_plot(kernels, folder, name, x, names):
    new_plot(x, "CPU ms")
    for one in names:
        points = series(kernels, one)
        plt.plot([p[0] for p in points], [p[1] for p in points], "o-", ms=3, label=one.replace("_", " "))
    if len(names) > 1:
        plt.legend(fontsize=8)
    save(folder, name)


def peak_megabytes(program, target):
    child = subprocess.Popen([program, "scan", "--no-sandbox", "--no-cache", "--no-policy", "--fail-on", "never",
                              "-q", target], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    return usage.ru_maxrss / 1024


def measure_memory(rows, program, count):
    """(parsed bytes, MB) of packages from 1 KB to the largest, evenly on a logarithmic scale."""
    rows = [row for row in rows if row["parsed_bytes"] >= 1000]
    largest = max(row["parsed_bytes"] for row in rows)
    points = []
    for i in range(count):
        wanted = 1000 * (largest / 1000) ** (i / (count - 1))
        row = min(rows, key=lambda one: abs(one["parsed_bytes"] - wanted))
        points.append((row["parsed_bytes"], peak_megabytes(program, row["target"])))
        print(f"{points[-1][0] / 1e6:.3f} MB parsed: {points[-1][1]:.0f} MB", file=sys.stderr)
    return points


def memory(points, folder):
    new_plot("parsed KB of the package", "peak memory, MB")
    plt.plot([p[0] / 1e3 for p in points], [p[1] for p in points], "o-", ms=3)
    save(folder, "cost-memory")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", help="lines of bench --each")
    parser.add_argument("--kernels", help="JSON of bench_kernels")
    parser.add_argument("--memory", metavar="CEREBRO", help="the program, to measure its peak memory")
    parser.add_argument("--memory-points", type=int, default=12)
    parser.add_argument("folder", help="where the SVG files go")
    options = parser.parse_args()
    rows = []
    if options.each:
        with open(options.each, encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
    points = measure_memory(rows, options.memory, options.memory_points) if options.memory else []
    import_matplotlib()
    if rows:
        package_size(rows, options.folder)
        package_count(rows, options.folder)
    if points:
        memory(points, options.folder)
    if options.kernels:
        with open(options.kernels, encoding="utf-8") as file:
            kernels = json.load(file)
        kernel_plot(kernels, options.folder, "cost-file-size", "KB of the file",
                    ["parse_javascript", "parse_python", "resolve_names"])
        kernel_plot(kernels, options.folder, "cost-sequence-length", "tokens of the window", ["encoder"])


if __name__ == "__main__":
    main()
