const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

exports.escapeHtml = (text) => String(text).replace(/[&<>"]/g, (c) => ENTITIES[c]);
