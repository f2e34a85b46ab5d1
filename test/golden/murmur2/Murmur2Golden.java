import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;

/**
 * Prints murmur2.json: hashes and partitions of keys by Apache Kafka's own client (kafka-clients 4.3.1, needs slf4j-api beside it).
 * Run: java -cp kafka-clients-4.3.1.jar:slf4j-api-1.7.36.jar Murmur2Golden.java > murmur2.json
 */
class Murmur2Golden {
  public static void main(String[] args) {
    var random = new Random(1);
    var out = new StringBuilder("[\n");
    for (var text : new String[] {"", "a", "ab", "abc", "abcd", "camera-1", "21", "foobar", "a-little-bit-long-string", "Ärger 相机 🎥"}) {
      row(out, text.getBytes(StandardCharsets.UTF_8));
    }
    for (int length = 0; length < 54; length++) {
      var key = new byte[length];
      random.nextBytes(key);
      row(out, key);
    }
    System.out.println(out.substring(0, out.length() - 2) + "\n]");
  }

  static void row(StringBuilder out, byte[] key) {
    out.append("  { \"key\": \"" + HexFormat.of().formatHex(key) + "\", \"hash\": " + Utils.murmur2(key)
        + ", \"of6\": " + BuiltInPartitioner.partitionForKey(key, 6) + ", \"of1000\": " + BuiltInPartitioner.partitionForKey(key, 1000) + " },\n");
  }
}
