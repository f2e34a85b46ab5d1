import type { IPublishPacket, MqttClient } from 'mqtt';

/** A message on its way from a broker to the log. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** MQTT 5's user properties; of one that came several times, the first. */
  readonly properties: Readonly<Record<string, string>>;
  readonly retained: boolean;
  /** Whether the broker says that it may have sent it before. */
  readonly duplicate: boolean;
  /** Milliseconds since 1970 at which it came in. */
  readonly arrivedAt: number;
  /** Its number while it is under way; undefined where nobody waits for an acknowledgement (QoS 0). */
  readonly packetId: number | undefined;
  /** The connection that it is to be acknowledged on. */
  connection: MqttClient;
  /** Whether its record is on the log. */
  stored: boolean;
}

export function messageOf(packet: IPublishPacket, connection: MqttClient, arrivedAt: number): Message {
  const { topic, payload, retain, dup, qos, messageId } = packet;
  const properties = Object.entries(packet.properties?.userProperties ?? {});
  return {
    topic,
    // A copy: the bytes are part of a chunk of the connection, which would be kept with them.
    payload: Buffer.from(payload as Buffer),
    properties: Object.fromEntries(properties.map(([name, value]) => [name, Array.isArray(value) ? (value[0] ?? '') : value])),
    retained: retain,
    duplicate: dup,
    arrivedAt,
    packetId: qos > 0 ? messageId : undefined,
    connection,
    stored: false,
  };
}

/** Sends the PUBACK of a message (MQTT 5, 3.4: two bytes of packet id mean success); nothing where its connection is gone. */
export function acknowledge({ packetId, connection }: Message): void {
  if (packetId === undefined || !connection.connected) return;
  connection.stream.write(Buffer.of(0x40, 2, packetId >> 8, packetId & 0xff));
}
