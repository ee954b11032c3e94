// A QR code leads here with the reference behind #, which no server sees on the way: put it where it would be typed.
const field = document.querySelector('input[name="reference"]');
const given = decodeURIComponent(window.location.hash.slice(1));
if (field && !field.value && /^[0-9A-Za-z-]{20,40}$/.test(given)) field.value = given;
