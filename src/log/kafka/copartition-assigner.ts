import kafkajs from 'kafkajs';
import { assignPartitions as shareOut } from '../group-assignment.js';

const { AssignerProtocol } = kafkajs;

/** The name under which members agree on this way to assign; members with another one cannot join the group. */
export const protocolName = 'headwater-copartitioned-sticky';

/** What a member tells the leader when it joins. */
interface Claim {
  readonly generation: number;
  readonly partitions: readonly number[];
}

export function encodeSubscription(topics: readonly string[], generation: number, partitions: readonly number[]): Buffer {
  const userData = Buffer.from(JSON.stringify({ generation, partitions }));
  return AssignerProtocol.MemberMetadata.encode({ version: 1, topics: [...topics], userData });
}

/** The leader's part: partition n of every topic goes to one member. */
export function encodeAssignments(
  members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[],
  topics: readonly string[],
  partitions: number,
): { memberId: string; memberAssignment: Buffer }[] {
  const owned = standing(members.map(({ memberMetadata }) => claimOf(memberMetadata)));
  return shareOut(partitions, owned).map((share, i) => ({
    memberId: members[i]!.memberId,
    memberAssignment: AssignerProtocol.MemberAssignment.encode({
      version: 1,
      assignment: Object.fromEntries(topics.map((topic) => [topic, share])),
      userData: Buffer.alloc(0),
    }),
  }));
}

/** The partition numbers that the leader gave to this member. */
export function decodeAssignment(bytes: Buffer, topics: readonly string[]): number[] {
  const assignment = AssignerProtocol.MemberAssignment.decode(bytes)?.assignment ?? {};
  return [...(assignment[topics[0]!] ?? [])].sort((a, b) => a - b);
}

/** What members held that nobody has taken over since: of two claims on a partition the one of the later generation stands. */
function standing(claims: readonly Claim[]): number[][] {
  return claims.map((claim, i) =>
    claim.partitions.filter((partition) =>
      claims.every(
        (other, j) =>
          i === j ||
          !other.partitions.includes(partition) ||
          other.generation < claim.generation ||
          (other.generation === claim.generation && i < j),
      ),
    ),
  );
}

function claimOf(metadata: Buffer): Claim {
  const { userData } = AssignerProtocol.MemberMetadata.decode(metadata) ?? { userData: Buffer.alloc(0) };
  return JSON.parse(userData.toString()) as Claim;
}
