"""Runs as a markdown table."""
from statistics import median


def title(settings):
    return {
        "A": f"A: fan-out to {settings.n} hosts, one command each",
        "B": f"B: {settings.count} commands over one connection",
        "C": f"C: {settings.bytes / (1 << 20):.0f} MiB of one command's output",
        "D": "D: the reference upgrade's commands, 72 on 3 hosts",
        "E": "E: a whole upgrade of 3 lab nodes whose steps take no time",
        "F": f"F: {settings.n} hosts at once, {settings.bytes / 1024:.0f} KiB of output each",
    }[settings.task]


def _spread(values, digits=2):
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def _of(runs, name):
    return median([run[name] for run in runs])


def _figure(runs, name):
    """The median of a value that the program printed; empty where it did not."""
    values = [float(run["figures"][name]) for run in runs if name in run["figures"]]
    return f"{median(values):.2f}" if values else "-"


def _ratio(runs, reference, name):
    """Median, smallest and largest of the ratios taken round by round."""
    by_round = {run["round"]: run[name] for run in reference or [] if not run["complaint"]}
    ratios = [run[name] / by_round[run["round"]] for run in runs
              if by_round.get(run["round"]) and not run["complaint"]]
    return _spread(ratios) if ratios else ""


def _own_columns(task, runs, settings):
    if task == "B":
        return {"ms/command": f"{_of(runs, 'wall') * 1e3 / settings.count:.2f}", "p50 ms": _figure(runs, "p50_ms")}
    if task == "C":
        return {"MB/s": f"{settings.bytes / 1e6 / _of(runs, 'wall'):.0f}",
                "cipher": runs[0]["figures"].get("cipher", "-")}
    return {}


def _row(task, name, runs, reference, tree, settings):
    bad = [run for run in runs if run["complaint"]]
    state = f"{runs[0]['good']}/{runs[0]['total']}"
    if bad:
        state = f"**FAILED** in {len(bad)} of {len(runs)}: {bad[0]['complaint']}"
    row = {"program": name, "good": state, "rounds": str(len(runs)), "wall s": _spread([r["wall"] for r in runs], 3)}
    is_reference = runs is reference
    row["wall x C"] = "1" if is_reference else _ratio(runs, reference, "wall")
    row["CPU s"] = f"{_of(runs, 'cpu'):.2f}"
    row["CPU x C"] = "1" if is_reference else _ratio(runs, reference, "cpu")
    row["sshd CPU s"] = f"{_of(runs, 'sshd_cpu'):.2f}"
    row["RSS MB"] = f"{_of(runs, 'rss_mb'):.0f}"
    row["PSS MB, all processes"] = f"{tree:.0f}" if tree else "-"
    row.update(_own_columns(task, runs, settings))
    row["busy"] = f"{_of(runs, 'busy'):.0%}"
    row["others"] = f"{max(run['other'] for run in runs):.0%}"
    return row


def _upgrade_row(name, runs):
    """Task E has no reference: the run's own time and where it is spent."""
    bad = [run for run in runs if run["complaint"]]
    row = {"program": name, "rounds": str(len(runs)),
           "steps": f"**FAILED** in {len(bad)} of {len(runs)}: {bad[0]['complaint']}" if bad
           else f"{runs[0]['good']}/{runs[0]['total']}"}
    good = [run for run in runs if not run["complaint"]]
    row["own s"] = _spread([float(run["figures"]["own_s"]) for run in good]) if good else "-"
    for title_, figure in [("of it starting", "starting_s"), ("preparing", "preparing_s"), ("stepping", "stepping_s"),
                           ("ending", "ending_s"), ("commands s", "commands_s"), ("waits s", "waits_s"),
                           ("wall s", "wall_s")]:
        row[title_] = _figure(good, figure) if good else "-"
    return row


def table(settings, runs, warm, reference_name):
    """The table of a task: a row for each program, the reference first, then by time."""
    reference = runs.get(reference_name)
    names = [name for name in runs if runs[name]]
    names.sort(key=lambda name: (name != reference_name, _of(runs[name], "wall")))
    if settings.task == "E":
        rows = [_upgrade_row(name, runs[name]) for name in names]
    else:
        rows = [_row(settings.task, name, runs[name], reference, warm.get(name, {}).get("tree_mb"), settings)
                for name in names]
    lines = [f"### {title(settings)}", ""]
    if rows:
        lines += ["| " + " | ".join(rows[0]) + " |", "|---" * len(rows[0]) + "|"]
        lines += ["| " + " | ".join(row.values()) + " |" for row in rows]
    for name in runs:
        if not runs[name]:
            lines += ["", f"{name}: **FAILED**: {warm[name]['complaint'] if name in warm else 'was not run'}"]
    return "\n".join(lines)
