// Tests draw no icons.
module.exports = '<svg/>';
