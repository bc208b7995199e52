#!/usr/bin/env python3
"""Write CORPUS_DIR/manifest.jsonl, the list of archives that tools/make_sequences.py reads.

usage: make_manifest.py CORPUS_DIR [--shared ../shared/corpus]

CORPUS_DIR holds
  raw/       malicious.zip and benign-npm.zip, unpacked
  npm-wide/  the tarballs of the wide dependency tree (harvest_npm_cache.py)
  pypi/      the archives of the benign repositories (pack_packages.py --cap 180), with its manifest.jsonl
train/README.md has the commands. Clusters and splits of the shared manifest are kept. What has none is
assigned as the evaluation protocol says, by hash: benign npm by name, benign PyPI by source repository.
"""
import argparse
import hashlib
import json
import os
import tarfile


def split_of(key):
    """80 % train, 10 % val, 10 % test."""
    number = int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) % 10
    return 'train' if number < 8 else 'val' if number == 8 else 'test'


def json_lines(path):
    with open(path, encoding='utf-8') as file:
        return [json.loads(line) for line in file]


def sha256_of(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def published_as(tarball):
    """Name and version in the manifest at the root of an npm tarball."""
    with tarfile.open(tarball) as archive:
        for member in archive:
            if member.isfile() and member.name.count('/') == 1 and member.name.endswith('/package.json'):
                manifest = json.loads(archive.extractfile(member).read().decode('utf-8-sig'))
                return manifest['name'], manifest['version']
    raise SystemExit(f'{tarball}: no package.json')


def benign(path, ecosystem, name, version, cluster, split, sha256):
    return {'path': path, 'label': 'benign', 'ecosystem': ecosystem, 'name': name, 'version': version,
            'cluster': cluster, 'split': split, 'added': '', 'sha256': sha256, 'fragment': False}


def wide_rows(corpus, shared):
    # A package that the shared manifest knows in another version stays in that one's cluster and split.
    known = {row['name']: row for row in shared if row['label'] == 'benign' and row['ecosystem'] == 'npm'}
    for file in sorted(os.listdir(os.path.join(corpus, 'npm-wide'))):
        path = os.path.join(corpus, 'npm-wide', file)
        name, version = published_as(path)
        twin = known.get(name, {'cluster': name, 'split': split_of(name)})
        yield benign(f'npm-wide/{file}', 'npm', name, version, twin['cluster'], twin['split'],
                     sha256_of(path))


def pypi_rows(corpus):
    for row in json_lines(os.path.join(corpus, 'pypi', 'manifest.jsonl')):
        repository = row['source_repo']
        yield benign(os.path.relpath(row['path'], corpus), 'pypi', row['name'], row['version'], repository,
                     split_of(repository), row['sha256'])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('corpus')
    parser.add_argument('--shared', default='../shared/corpus')
    args = parser.parse_args()

    shared = json_lines(os.path.join(args.shared, 'manifest.jsonl'))
    rows = [{**row, 'path': 'raw/' + row['path']} for row in shared]
    seen = {row['sha256'] for row in rows}
    for row in [*wide_rows(args.corpus, shared), *pypi_rows(args.corpus)]:
        if row['sha256'] not in seen:
            seen.add(row['sha256'])
            rows.append(row)
    with open(os.path.join(args.corpus, 'manifest.jsonl'), 'w', encoding='utf-8') as out:
        out.writelines(json.dumps(row) + '\n' for row in rows)
    print(len(rows), 'archives')


if __name__ == '__main__':
    main()
