// Unpacks the data block of the page: base64, gzip, JSON, columns. The packing is `columns.rs`.
// Comes in: the letters of the block. Goes out: { told, column(name) }; columns are unpacked when they are first asked for.

async function unpack(letters) {
  if (typeof DecompressionStream === "undefined") throw new Error("no DecompressionStream");
  const text = atob(letters);
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const plain = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(plain.buffer).getUint32(0, true);
  const told = JSON.parse(new TextDecoder().decode(plain.subarray(4, 4 + length)));
  const body = plain.subarray(4 + length);
  const known = new Map();
  const column = (name) => {
    if (!known.has(name)) {
      const place = told.columns[name];
      if (!place) return null;
      const [offset, size, kind] = place;
      const bytes = body.subarray(offset, offset + size);
      known.set(name, kind === "bytes" ? fromBytes(bytes) : fromWhole(bytes));
    }
    return known.get(name);
  };
  return { told, column };
}

// Each byte is the difference from the one before.
function fromBytes(bytes) {
  const values = new Uint8Array(bytes.length);
  let last = 0;
  for (let i = 0; i < bytes.length; i++) values[i] = last = (last + bytes[i]) & 255;
  return values;
}

// Seven bits to a byte, the lowest first; the sign in the lowest bit; differences. Large numbers need more than the 32 bits of
// the bit operations, so they are put together by multiplication.
function fromWhole(bytes) {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] < 128) count++;
  const values = new Float64Array(count);
  let last = 0, place = 0, low = true;
  for (let i = 0; i < count; i++) {
    let rest = 0, factor = 1, byte;
    do {
      byte = bytes[place++];
      rest += (byte & 127) * factor;
      factor *= 128;
    } while (byte > 127);
    const half = Math.floor(rest / 2);
    last += rest % 2 ? -half - 1 : half;
    values[i] = last;
    if (last > 2147483647 || last < -2147483648) low = false;
  }
  return low ? Int32Array.from(values) : values;
}
