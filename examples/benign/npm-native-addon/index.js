const path = require('path');

module.exports = require(path.join(__dirname, 'build', 'Release', 'addon.node'));
