/** Maglev tables once more, by the letter of the contract: what tests compare the loader's with. */
const MASK = (1n << 64n) - 1n;

const fnv = (basis: bigint, bytes: readonly number[]) =>
  bytes.reduce((hash, byte) => ((hash ^ BigInt(byte)) * 0x100000001b3n) & MASK, basis);

function splitmix(z: bigint): bigint {
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return z ^ (z >> 31n);
}

/** Of IPv4 addresses in their order, with one port. Which of them each place has. */
export function maglev(addresses: readonly string[], port: number, size: number): number[] {
  const permutations = addresses.map((address) => {
    const text = [...address.split(".").map(Number), port >> 8, port & 255];
    const hash = (seed: bigint) => splitmix(fnv(0xcbf29ce484222325n ^ seed, text));
    return {
      next: Number(hash(0n) % BigInt(size)),
      skip: Number(hash(0x9e3779b97f4a7c15n) % BigInt(size - 1)) + 1,
    };
  });
  const places = new Array<number>(size).fill(-1);
  for (let filled = 0; filled < size; filled++) {
    const member = filled % addresses.length;
    const permutation = permutations[member]!;
    while (places[permutation.next] !== -1) permutation.next = (permutation.next + permutation.skip) % size;
    places[permutation.next] = member;
  }
  return places;
}
