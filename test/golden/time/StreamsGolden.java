// Kafka Streams' own results for windows and joins, from its TopologyTestDriver.
// mvn -q dependency:copy-dependencies -DoutputDirectory=target/lib && java -cp 'target/lib/*' StreamsGolden.java > streams.json
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.*;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.*;
import org.apache.kafka.streams.*;
import org.apache.kafka.streams.kstream.*;

public class StreamsGolden {
  record Item(String topic, String key, String value, long timestamp) {}

  static Duration ms(long ms) { return Duration.ofMillis(ms); }

  /** The values of a window, sorted: a wrong record in it shows. */
  static String add(String list, String value) {
    var values = new ArrayList<>(list.isEmpty() ? List.of() : List.of(list.split(",")));
    values.add(value);
    return values.stream().map(Integer::valueOf).sorted().map(String::valueOf).collect(Collectors.joining(","));
  }

  static String merge(String one, String other) {
    for (String value : other.isEmpty() ? new String[0] : other.split(",")) one = add(one, value);
    return one;
  }

  static List<Item> input(int seed, int disorder, List<String> topics) {
    var random = new Random(seed);
    var items = new ArrayList<Item>();
    for (int index = 0; index < 120; index++) {
      long time = Math.max(0, index + (long) random.nextInt(disorder + 1) - disorder + (index / 40) * 60L);
      items.add(new Item(topics.get(random.nextInt(topics.size())), random.nextBoolean() ? "a" : "b", "" + random.nextInt(100), time));
    }
    return items;
  }

  /**
   * Disorder within the grace, and some records far too late. In between, Kafka Streams reopens sessions that it has emitted as final, and gives sliding
   * windows records from before their start.
   */
  static List<Item> withinGrace(int seed, int grace) {
    var random = new Random(seed);
    var items = new ArrayList<Item>();
    for (Item item : input(seed, grace, List.of("in")))
      items.add(random.nextInt(10) > 0 ? item : new Item(item.topic(), item.key(), item.value(), Math.max(0, item.timestamp() - 50)));
    return items;
  }

  /** A last record on both sides, so that all that waits comes out. */
  static List<Item> closed(List<Item> items) {
    items.add(new Item("left", "z", "0", 1000));
    items.add(new Item("right", "y", "0", 1000));
    return items;
  }

  static Map<String, Object> run(String kind, Map<String, Object> options, List<Item> input, Topology topology) {
    var config = new Properties();
    config.put("application.id", "golden");
    config.put("bootstrap.servers", "none:1");
    config.put("default.key.serde", Serdes.StringSerde.class);
    config.put("default.value.serde", Serdes.StringSerde.class);
    config.put("statestore.cache.max.bytes", 0);
    config.put("__emit.interval.ms.kstreams.windowed.aggregation__", 0L);
    config.put("__emit.interval.ms.kstreams.outer.join.spurious.results.fix__", 0L);
    var outputs = new ArrayList<List<Object>>();
    try (var driver = new TopologyTestDriver(topology, config)) {
      var topics = new HashMap<String, TestInputTopic<String, String>>();
      for (var topic : input.stream().map(Item::topic).collect(Collectors.toSet()))
        topics.put(topic, driver.createInputTopic(topic, new StringSerializer(), new StringSerializer()));
      var out = driver.createOutputTopic("out", new StringDeserializer(), new StringDeserializer());
      for (int step = 0; step < input.size(); step++) {
        var item = input.get(step);
        topics.get(item.topic()).pipeInput(item.key(), item.value(), item.timestamp());
        for (var record : out.readRecordsToList()) outputs.add(Arrays.asList(step, record.key(), record.value(), record.timestamp()));
      }
    }
    var items = input.stream().map(item -> Arrays.asList(item.topic(), item.key(), item.value() == null ? null : Integer.valueOf(item.value()), item.timestamp())).toList();
    var result = new LinkedHashMap<String, Object>();
    result.put("kind", kind);
    result.put("options", options);
    result.put("input", items);
    result.put("outputs", outputs);
    return result;
  }

  /** Kept for longer than any window here is open, so that results depend on windows and grace alone and not on what a store has dropped. */
  static <S extends org.apache.kafka.streams.processor.StateStore> Materialized<String, String, S> stored() {
    return Materialized.<String, String, S>with(Serdes.String(), Serdes.String()).withRetention(ms(10_000));
  }

  static Topology windows(Map<String, Object> options, String kind) {
    var builder = new StreamsBuilder();
    var grouped = builder.<String, String>stream("in").groupByKey(Grouped.with(Serdes.String(), Serdes.String()));
    long size = ((Number) options.get("size")).longValue();
    var grace = ms(((Number) options.get("grace")).longValue());
    boolean last = options.get("emit").equals("final");
    var emit = last ? EmitStrategy.onWindowClose() : EmitStrategy.onWindowUpdate();
    KTable<Windowed<String>, String> table = switch (kind) {
      case "hopping" -> grouped
          .windowedBy(TimeWindows.ofSizeAndGrace(ms(size), grace).advanceBy(ms(((Number) options.get("advance")).longValue())))
          .emitStrategy(emit).aggregate(() -> "", (key, value, list) -> add(list, value), stored());
      case "suppressed" -> grouped
          .windowedBy(TimeWindows.ofSizeAndGrace(ms(size), grace).advanceBy(ms(((Number) options.get("advance")).longValue())))
          .aggregate(() -> "", (key, value, list) -> add(list, value), stored())
          .suppress(Suppressed.untilWindowCloses(Suppressed.BufferConfig.unbounded()));
      case "sliding" -> grouped.windowedBy(SlidingWindows.ofTimeDifferenceAndGrace(ms(size), grace))
          .emitStrategy(emit).aggregate(() -> "", (key, value, list) -> add(list, value), stored());
      default -> grouped.windowedBy(SessionWindows.ofInactivityGapAndGrace(ms(size), grace))
          .emitStrategy(emit).aggregate(() -> "", (key, value, list) -> add(list, value), (key, one, other) -> merge(one, other), stored());
    };
    table.toStream((window, value) -> window.key() + "@" + window.window().start() + "/" + window.window().end()).to("out");
    return builder.build();
  }

  static Topology streams(Map<String, Object> options) {
    var builder = new StreamsBuilder();
    KStream<String, String> left = builder.stream("left");
    KStream<String, String> right = builder.stream("right");
    var span = JoinWindows.ofTimeDifferenceAndGrace(ms(0), ms(((Number) options.get("grace")).longValue()))
        .before(ms(((Number) options.get("before")).longValue())).after(ms(((Number) options.get("after")).longValue()));
    ValueJoiner<String, String, String> pair = (one, other) -> one + "," + other;
    (switch ((String) options.get("type")) {
      case "inner" -> left.join(right, pair, span);
      case "left" -> left.leftJoin(right, pair, span);
      default -> left.outerJoin(right, pair, span);
    }).to("out");
    return builder.build();
  }

  static Topology table(Map<String, Object> options) {
    var builder = new StreamsBuilder();
    KStream<String, String> left = builder.stream("left");
    KTable<String, String> right = builder.table("right");
    ValueJoiner<String, String, String> pair = (one, other) -> one + "," + other;
    (options.get("type").equals("inner") ? left.join(right, pair) : left.leftJoin(right, pair)).to("out");
    return builder.build();
  }

  static Topology tables(Map<String, Object> options) {
    var builder = new StreamsBuilder();
    KTable<String, String> left = builder.table("left");
    KTable<String, String> right = builder.table("right");
    ValueJoiner<String, String, String> pair = (one, other) -> one + "," + other;
    (switch ((String) options.get("type")) {
      case "inner" -> left.join(right, pair);
      case "left" -> left.leftJoin(right, pair);
      default -> left.outerJoin(right, pair);
    }).toStream().to("out");
    return builder.build();
  }

  public static void main(String[] args) throws Exception {
    var cases = new ArrayList<Map<String, Object>>();
    int seed = 1;
    for (int grace : new int[] {0, 3, 12}) {
      for (String emit : new String[] {"update", "final"}) {
        for (int[] sizes : new int[][] {{10, 10}, {10, 4}, {7, 1}}) {
          Map<String, Object> options = new TreeMap<>(Map.of("size", sizes[0], "advance", sizes[1], "grace", grace, "emit", emit));
          cases.add(run("hopping", options, input(seed++, 10, List.of("in")), windows(options, "hopping")));
          if (emit.equals("final")) cases.add(run("suppressed", options, input(seed++, 10, List.of("in")), windows(options, "suppressed")));
        }
        for (String kind : new String[] {"sliding", "session"}) {
          for (int size : new int[] {3, 8}) {
            Map<String, Object> options = new TreeMap<>(Map.of("size", size, "grace", grace, "emit", emit));
            cases.add(run(kind, options, withinGrace(seed++, grace), windows(options, kind)));
          }
        }
      }
    }
    for (String type : new String[] {"inner", "left", "outer"}) {
      for (int[] span : new int[][] {{5, 8}, {8, 5}, {6, 6}}) {
        // no record more out of order than the grace and than the span: beyond that Kafka Streams joins as far as its buffers happen to reach
        Map<String, Object> options = new TreeMap<>(Map.of("before", span[0], "after", span[1], "grace", 5, "type", type));
        cases.add(run("streams", options, closed(input(seed++, 5, List.of("left", "right"))), streams(options)));
      }
      Map<String, Object> options = Map.of("type", type);
      if (!type.equals("outer")) cases.add(run("table", options, input(seed++, 3, List.of("left", "right", "left")), table(options)));
      var changes = new ArrayList<Item>();
      var random = new Random(seed);
      for (Item item : input(seed++, 3, List.of("left", "right")))
        changes.add(random.nextInt(4) == 0 ? new Item(item.topic(), item.key(), null, item.timestamp()) : item);
      cases.add(run("tables", options, changes, tables(options)));
    }
    var json = new ObjectMapper();
    System.out.println("[");
    for (int index = 0; index < cases.size(); index++) System.out.println(json.writeValueAsString(cases.get(index)) + (index + 1 < cases.size() ? "," : ""));
    System.out.println("]");
  }
}
