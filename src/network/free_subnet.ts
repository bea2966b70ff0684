/** Subnets for networks whose user named none. */
import { BudgieError } from "../base/errors.ts";
import { contains, lastOf, overlaps, type Subnet } from "../base/subnet.ts";
import { formatSubnetPool, type SubnetPool } from "../base/subnet_pool.ts";

/**
 * The first piece of the pools that has no address in common with any of `taken`.
 * @throws BudgieError when there is none
 */
export function freeSubnet(pools: readonly SubnetPool[], taken: readonly Subnet[]): Subnet {
  for (const pool of pools) {
    const subnet = freePiece(pool, taken);
    if (subnet) return subnet;
  }
  throw new BudgieError(
    `Cannot find a free subnet: networks, and routes of the host, have all of network.pool, which is ${
      pools.map(formatSubnetPool).join(", ")
    }`,
    {
      hint: "Give network.pool more with 'budgie config set', remove networks with 'budgie network prune', " +
        "or choose a subnet with --subnet, and for the default network with network.subnet",
    },
  );
}

function freePiece(pool: SubnetPool, taken: readonly Subnet[]): Subnet | undefined {
  let piece = firstPiece(pool);
  while (contains(pool.range, piece.first)) {
    const conflict = taken.find((other) => overlaps(other, piece));
    if (!conflict) return piece;
    // Behind the wider one of the two: of a pool's pieces, however many, no more are tried than ranges are taken.
    const last = lastOf(conflict.prefixLength < piece.prefixLength ? conflict : piece);
    piece = { ...piece, first: { ...last, value: last.value + 1n } };
  }
}

/** The one that is taken while nothing else has it. */
export function firstPiece({ range, pieceLength }: SubnetPool): Subnet {
  return { first: range.first, prefixLength: pieceLength };
}

/**
 * A subnet of its own for IPv6, unique by chance.
 * Source: RFC 4193 §3.1, with 40 random bits and the subnet ID 0.
 */
export function uniqueLocalSubnet(): Subnet {
  const random = crypto.getRandomValues(new Uint8Array(5)).toHex();
  return { first: { family: 6, value: BigInt(`0xfd${random}`) << 80n }, prefixLength: 64 };
}
