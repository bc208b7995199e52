#!/usr/bin/env python3
"""Make train/data/sequences.jsonl.gz, the derived data that the model is trained on.

usage: make_sequences.py CORPUS_DIR MANIFEST [--cerebro build/release/bin/cerebro] [-j N] [--order file]

MANIFEST has one JSON object a line with the fields of the corpus's manifest (path relative to
CORPUS_DIR, label, ecosystem, name, version, cluster, split, added, fragment, sha256). The archives are
read by `cerebro sequence`; nothing of them but phrases of the vocabulary is written.
"""
import argparse
import gzip
import json
import os
import subprocess
import sys

KEPT = ('sha256', 'label', 'ecosystem', 'name', 'version', 'cluster', 'split', 'added')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('corpus')
    parser.add_argument('manifest')
    parser.add_argument('--cerebro', default='build/release/bin/cerebro')
    parser.add_argument('-j', default=str(os.cpu_count() or 1))
    parser.add_argument('--order', default='execution', choices=('execution', 'file'))
    parser.add_argument('--from-jsonl', help='output of an earlier `cerebro sequence --format jsonl`')
    parser.add_argument('--out', default='train/data/sequences.jsonl.gz')
    args = parser.parse_args()

    rows = {}
    with open(args.manifest, encoding='utf-8') as manifest:
        for line in manifest:
            row = json.loads(line)
            rows[os.path.join(args.corpus, row['path'])] = row

    if args.from_jsonl:
        lines = open(args.from_jsonl, encoding='utf-8').read().splitlines()
    else:
        run = subprocess.run([args.cerebro, 'sequence', '--order', args.order, '--format', 'jsonl', '-j', args.j, '--from', '-'],
                             input='\n'.join(rows) + '\n', stdout=subprocess.PIPE, text=True, check=False)
        lines = run.stdout.splitlines()

    out = []
    for line in lines:
        scanned = json.loads(line)
        row = rows[scanned['target']]
        kept = {field: row[field] for field in KEPT}
        kept['fragment'] = bool(row.get('fragment'))
        kept['entries'] = scanned['entries']
        out.append(json.dumps(kept, separators=(',', ':')))
    if len(out) != len(rows):
        sys.exit(f'{len(rows)} packages, but {len(out)} sequences')
    out.sort()
    os.makedirs(os.path.dirname(args.out), exist_ok=True)
    with gzip.GzipFile(args.out, 'wb', compresslevel=9, mtime=0) as packed:
        packed.write(('\n'.join(out) + '\n').encode())
    print(len(out), 'sequences,', os.path.getsize(args.out), 'bytes')


if __name__ == '__main__':
    main()
