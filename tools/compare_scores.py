#!/usr/bin/env python3
"""Set the scores of several models side by side, as a Markdown table.

usage: compare_scores.py TITLE=SCORES... [--ecosystem npm|pypi|both] [--since 2024-08] [--resamples 1000]

SCORES is what `cerebro-train evaluate --scores` wrote (.jsonl or .jsonl.gz). Recall and false positives
are those of the model's own threshold; beside them is what the ranking alone gives at fixed rates of
false positives. In brackets: 95 % bootstrap intervals over clusters. Fragments are left out.
"""
import argparse
import collections
import gzip
import json
import random

SEED = 20240831


def read(path):
    opened = gzip.open(path, 'rt', encoding='utf-8') if path.endswith('.gz') else open(path, encoding='utf-8')
    with opened as lines:
        return [row for row in map(json.loads, lines) if not row['fragment']]


def share(part, whole):
    return None if whole == 0 else 100.0 * part / whole


def recall(rows):
    malicious = [row for row in rows if row['label'] == 'malicious']
    return share(sum(row['verdict'] == 'malicious' for row in malicious), len(malicious))


def false_positives(rows):
    benign = [row for row in rows if row['label'] == 'benign']
    return share(sum(row['verdict'] == 'malicious' for row in benign), len(benign))


def recall_at(rate):
    """The recall of the lowest threshold that raises no more than `rate` of the benign packages."""
    def measure(rows):
        benign = sorted((row['score'] for row in rows if row['label'] == 'benign'), reverse=True)
        malicious = [row['score'] for row in rows if row['label'] == 'malicious']
        if not benign or not malicious:
            return None
        allowed = int(rate * len(benign) + 1e-9)
        limit = benign[allowed] if allowed < len(benign) else -1
        return share(sum(score > limit for score in malicious), len(malicious))
    return measure


def average_precision(rows):
    ranked = sorted(rows, key=lambda row: -row['score'])
    total = sum(row['label'] == 'malicious' for row in ranked)
    if total in (0, len(ranked)):
        return None
    area, hits, seen, at = 0.0, 0, 0, 0
    while at < len(ranked):  # equal scores are one step
        end = at
        while end < len(ranked) and ranked[end]['score'] == ranked[at]['score']:
            end += 1
        found = sum(row['label'] == 'malicious' for row in ranked[at:end])
        hits, seen, at = hits + found, end, end
        area += found * hits / seen
    return 100.0 * area / total


MEASURES = (
    ('recall', recall),
    ('false positives', false_positives),
    ('AUPRC', average_precision),
    ('recall at 0.1 %', recall_at(0.001)),
    ('recall at 0.5 %', recall_at(0.005)),
    ('recall at 1 %', recall_at(0.01)),
)


def intervals(rows, resamples):
    """By measure, the 2.5th and 97.5th percentile over resamples of clusters."""
    clusters = collections.defaultdict(list)
    for row in rows:
        clusters[row['label'], row['cluster']].append(row)
    groups = list(clusters.values())
    rng = random.Random(SEED)
    values = collections.defaultdict(list)
    for _ in range(resamples):
        sample = [row for _ in groups for row in rng.choice(groups)]
        for name, measure in MEASURES:
            value = measure(sample)
            if value is not None:
                values[name].append(value)
    result = {}
    for name, found in values.items():
        found.sort()
        result[name] = (found[int(0.025 * len(found))], found[min(len(found) - 1, int(0.975 * len(found)))])
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('scores', nargs='+', metavar='TITLE=SCORES')
    parser.add_argument('--ecosystem', default='both', choices=('npm', 'pypi', 'both'))
    parser.add_argument('--since', help='only malicious packages first listed then or later')
    parser.add_argument('--resamples', type=int, default=1000)
    args = parser.parse_args()

    print('| | malicious / benign |' + ''.join(f' {name} |' for name, _ in MEASURES))
    print('|---|---|' + '---|' * len(MEASURES))
    for argument in args.scores:
        title, path = argument.split('=', 1)
        rows = [row for row in read(path) if args.ecosystem in ('both', row['ecosystem'])]
        if args.since:
            rows = [row for row in rows if row['label'] == 'benign' or row['added'] >= args.since]
        bounds = intervals(rows, args.resamples)
        counts = collections.Counter(row['label'] for row in rows)
        cells = []
        for name, measure in MEASURES:
            value = measure(rows)
            cells.append('-' if value is None else
                         '{:.1f} ({:.1f} to {:.1f})'.format(value, *bounds.get(name, (value, value))))
        print(f'| {title} | {counts["malicious"]} / {counts["benign"]} | ' + ' | '.join(cells) + ' |')


if __name__ == '__main__':
    main()
