const { escapeHtml } = require('./escape');

const TAG = /<%([=-]?)([\s\S]+?)%>/g;

function compile(template) {
  let source = "let out = '';\n";
  let last = 0;
  for (const match of template.matchAll(TAG)) {
    source += `out += ${JSON.stringify(template.slice(last, match.index))};\n`;
    if (match[1] === '=') source += `out += escape(${match[2]});\n`;
    else if (match[1] === '-') source += `out += ${match[2]};\n`;
    else source += `${match[2]}\n`;
    last = match.index + match[0].length;
  }
  source += `out += ${JSON.stringify(template.slice(last))};\nreturn out;`;
  const render = new Function('data', 'escape', `with (data) { ${source} }`);
  return (data) => render(data, escapeHtml);
}

module.exports = { compile };
