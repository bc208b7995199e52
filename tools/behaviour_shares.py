#!/usr/bin/env python3
"""Show how often behaviours occur among malicious and benign packages, as a Markdown table.

usage: behaviour_shares.py [--top 10] [--above PERCENT] [--data train/data/sequences.jsonl.gz] [--before OLD]

Counts packages of the splits train and val (never test), fragments left out. --top lists the most
frequent behaviours, --above those that more than PERCENT of the benign packages show. With --before the
shares of earlier sequences stand beside: git show COMMIT:train/data/sequences.jsonl.gz > OLD
"""
import argparse
import collections
import gzip
import json

GROUPS = (('malicious', 'npm'), ('malicious', 'pypi'), ('benign', 'npm'), ('benign', 'pypi'))
MARKERS = {'other file', 'decoded layer'}


def count(path):
    """(packages by group, {phrase: packages by group}, packages without a behaviour by group)"""
    totals, phrases, empty = collections.Counter(), collections.defaultdict(collections.Counter), collections.Counter()
    with gzip.open(path, 'rt', encoding='utf-8') as lines:
        for row in map(json.loads, lines):
            if row['split'] == 'test' or row['fragment']:
                continue
            group = row['label'], row['ecosystem']
            totals[group] += 1
            shown = {phrase for entry in row['entries'] for phrase in entry.split(', ')[1:-1]} - MARKERS
            empty[group] += not shown
            for phrase in shown:
                phrases[phrase][group] += 1
    return totals, phrases, empty


def share(counter, totals, label):
    part = sum(counter[group] for group in GROUPS if group[0] == label)
    return 100.0 * part / max(1, sum(totals[group] for group in GROUPS if group[0] == label))


def cells(counts, totals):
    each = ' | '.join(f'{100.0 * counts[group] / max(1, totals[group]):.1f}' for group in GROUPS)
    return f'{share(counts, totals, "malicious"):.1f} | {share(counts, totals, "benign"):.1f} | {each}'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--data', default='train/data/sequences.jsonl.gz')
    parser.add_argument('--before', help='the same of an earlier catalogue')
    parser.add_argument('--top', type=int, default=10)
    parser.add_argument('--above', type=float, help='in place of --top')
    args = parser.parse_args()

    totals, phrases, empty = count(args.data)
    before = count(args.before) if args.before else None
    names = sorted(phrases, key=lambda phrase: -sum(phrases[phrase].values()))
    if args.above is None:
        names = names[:args.top]
    else:
        names = [name for name in names if share(phrases[name], totals, 'benign') > args.above]
    header = ['behaviour', 'malicious', 'benign'] + [f'{label} {ecosystem}' for label, ecosystem in GROUPS]
    if before:
        header += ['malicious before', 'benign before']
    print('| ' + ' | '.join(header) + ' |')
    print('|---' * len(header) + '|')
    for name, counts in [(name, phrases[name]) for name in names] + [('no behaviour at all', empty)]:
        line = f'| {name} | {cells(counts, totals)} |'
        if before:
            old_totals, old_phrases, old_empty = before
            old = old_empty if counts is empty else old_phrases[name]
            line += f' {share(old, old_totals, "malicious"):.1f} | {share(old, old_totals, "benign"):.1f} |'
        print(line)


if __name__ == '__main__':
    main()
