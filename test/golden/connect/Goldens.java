import com.fasterxml.jackson.databind.*;
import com.fasterxml.jackson.databind.node.*;
import java.io.File;
import java.nio.file.*;
import java.util.*;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.*;
import org.apache.kafka.connect.header.*;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/** Runs Kafka Connect's own transforms, predicates and simple header converter over the cases and writes what they give. */
public class Goldens {
  static final ObjectMapper json = new ObjectMapper();
  static final JsonConverter converter = new JsonConverter();

  public static void main(String[] args) throws Exception {
    converter.configure(Map.of("schemas.enable", "true", "converter.type", "value", "replace.null.with.default", "false"), false);
    write(args[1], transforms(json.readTree(new File(args[0]))));
    write(args[3], headers(json.readTree(new File(args[2]))));
  }

  static void write(String path, ArrayNode results) throws Exception {
    List<String> lines = new ArrayList<>();
    for (JsonNode result : results) lines.add(json.writeValueAsString(result));
    Files.writeString(Path.of(path), "[\n" + String.join(",\n", lines) + "\n]\n");
  }

  static ArrayNode transforms(JsonNode file) {
    ArrayNode results = json.createArrayNode();
    for (JsonNode each : file.get("cases")) results.add(run(each, file.get("records").get(each.get("record").asText())));
    return results;
  }

  @SuppressWarnings("unchecked")
  static ObjectNode run(JsonNode each, JsonNode from) {
    ObjectNode out = json.createObjectNode();
    try {
      SinkRecord record = record(from);
      Map<String, Object> config = new HashMap<>();
      each.get("config").fields().forEachRemaining(entry -> config.put(entry.getKey(), entry.getValue().asText()));
      Object made = Class.forName("org.apache.kafka.connect.transforms." + each.get("class").asText()).getDeclaredConstructor().newInstance();
      if (made instanceof Predicate) {
        ((Predicate<SinkRecord>) made).configure(config);
        return out.put("test", ((Predicate<SinkRecord>) made).test(record));
      }
      Transformation<SinkRecord> transform = (Transformation<SinkRecord>) made;
      transform.configure(config);
      SinkRecord result = transform.apply(record);
      if (result == null) return out.put("dropped", true);
      out.put("topic", result.topic());
      out.put("timestamp", result.timestamp());
      out.set("key", tree(result.keySchema(), result.key()));
      out.set("value", tree(result.valueSchema(), result.value()));
      ArrayNode headers = out.putArray("headers");
      for (Header header : result.headers()) headers.addObject().put("key", header.key()).set("value", tree(header.schema(), header.value()));
    } catch (Exception | StackOverflowError e) {
      out.removeAll();
      out.put("error", e.getClass().getSimpleName() + ": " + e.getMessage());
    }
    return out;
  }

  static SinkRecord record(JsonNode from) throws Exception {
    SchemaAndValue key = value(from.get("key"));
    SchemaAndValue value = value(from.get("value"));
    ConnectHeaders headers = new ConnectHeaders();
    for (JsonNode header : from.withArray("headers")) {
      SchemaAndValue read = value(header.get("value"));
      headers.add(header.get("key").asText(), read.value(), read.schema());
    }
    Long timestamp = from.get("timestamp").isNull() ? null : from.get("timestamp").asLong();
    return new SinkRecord(from.get("topic").asText(), from.get("partition").asInt(), key.schema(), key.value(), value.schema(), value.value(),
        from.get("offset").asLong(), timestamp, TimestampType.CREATE_TIME, headers);
  }

  static SchemaAndValue value(JsonNode envelope) throws Exception {
    return converter.toConnectData("t", envelope == null || envelope.isNull() ? null : json.writeValueAsBytes(envelope));
  }

  static JsonNode tree(Schema schema, Object value) throws Exception {
    byte[] bytes = converter.fromConnectData("t", schema, value);
    return bytes == null ? NullNode.instance : json.readTree(bytes);
  }

  static ArrayNode headers(JsonNode texts) throws Exception {
    SimpleHeaderConverter simple = new SimpleHeaderConverter();
    ArrayNode results = json.createArrayNode();
    for (JsonNode text : texts) {
      ObjectNode out = results.addObject().put("text", text.asText());
      SchemaAndValue read = simple.toConnectHeader("t", "h", text.asText().getBytes("UTF-8"));
      if (read == null) continue;
      out.put("type", read.schema() == null ? null : read.schema().type().name());
      out.put("name", read.schema() == null ? null : read.schema().name());
      byte[] back = simple.fromConnectHeader("t", "h", read.schema(), read.value());
      out.put("back", back == null ? null : new String(back, "UTF-8"));
    }
    return results;
  }
}
