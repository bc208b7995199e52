const fs = require('fs');
const https = require('https');
const path = require('path');

function readConfig(directory) {
  const file = path.join(directory, 'client.json');
  if (!fs.existsSync(file)) return { retries: 3 };
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

class Client {
  constructor(baseUrl, options) {
    this.baseUrl = baseUrl;
    this.timeout = (options && options.timeout) || Number(process.env.CLIENT_TIMEOUT) || 5000;
  }

  get(route) {
    return new Promise((resolve, reject) => {
      const request = https.get(new URL(route, this.baseUrl), { timeout: this.timeout }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      });
      request.on('error', reject);
    });
  }
}

module.exports = { Client, readConfig };
