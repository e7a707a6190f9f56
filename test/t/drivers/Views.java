// pgjdbc for drivers.pl: the kind of each column of each view, from its values and from what the driver says of it.
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.*;
import java.util.*;

public class Views {
    static String kindOf(int type) {
        return switch (type) {
            case Types.BIGINT, Types.DOUBLE -> "number";
            case Types.VARCHAR -> "text";
            case Types.DATE -> "date";
            case Types.BIT, Types.BOOLEAN -> "boolean";
            default -> "type " + type;
        };
    }

    static String kindOf(Object value) {
        if (value instanceof Long || value instanceof Double) return "number";
        if (value instanceof String) return "text";
        if (value instanceof java.sql.Date) return "date";
        if (value instanceof Boolean) return "boolean";
        return value.getClass().getName();
    }

    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection(arguments[0])) {
            for (String view : Files.readString(Path.of(arguments[1])).split("\\s+")) {
                try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery("SELECT * FROM " + view)) {
                    ResultSetMetaData about = result.getMetaData();
                    List<Set<String>> kinds = new ArrayList<>();
                    for (int i = 1; i <= about.getColumnCount(); i++) kinds.add(new TreeSet<>(List.of(kindOf(about.getColumnType(i)))));
                    while (result.next()) {
                        for (int i = 1; i <= about.getColumnCount(); i++) {
                            Object value = result.getObject(i);
                            if (value != null) kinds.get(i - 1).add(kindOf(value));
                        }
                    }
                    for (int i = 1; i <= about.getColumnCount(); i++) System.out.println(view + "." + about.getColumnName(i) + " " + String.join(" ", kinds.get(i - 1)));
                }
            }
        }
    }
}
