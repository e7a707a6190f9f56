// pgjdbc for drivers.pl, which says what is in the file of calls and what is printed.
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.*;
import java.time.LocalDate;
import java.util.*;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

public class Driver {
    static void printed(String... fields) {
        StringJoiner line = new StringJoiner(" | ");
        for (String field : fields) line.add(field == null ? "" : field.trim().replaceAll("\\s+", " "));
        System.out.println(line);
    }

    static void send(Connection connection, PreparedStatement statement, int number, String value) throws SQLException {
        int colon = value.indexOf(':');
        String text = value.substring(colon + 1);
        switch (value.substring(0, colon)) {
            case "text" -> statement.setString(number, text);
            case "date" -> statement.setObject(number, LocalDate.parse(text));
            case "int" -> statement.setInt(number, Integer.parseInt(text));
            case "null" -> statement.setNull(number, Types.ARRAY);
            case "empty" -> statement.setArray(number, connection.createArrayOf("text", new String[0]));
            default -> {
                String[] elements = text.split("\u001e", -1);
                for (int i = 0; i < elements.length; i++) if (elements[i].equals("\u0006")) elements[i] = null;
                statement.setArray(number, connection.createArrayOf("text", elements));
            }
        }
    }

    static String rowsOf(PreparedStatement statement) throws SQLException {
        StringJoiner rows = new StringJoiner("; ");
        try (ResultSet result = statement.executeQuery()) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                StringJoiner row = new StringJoiner(" ");
                for (int i = 1; i <= columns; i++) row.add(Objects.toString(result.getString(i), "NULL"));
                rows.add(row.toString());
            }
        }
        return rows.toString();
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, PreparedStatement> statements = new HashMap<>();
        try (Connection connection = DriverManager.getConnection(arguments[0])) {
            for (String line : Files.readString(Path.of(arguments[1])).split("\n")) {
                String[] fields = line.split("\u001f", -1);
                // this driver has ? for $1, $2 and so on
                String sql = fields[1].replaceAll("\\$\\d+", "?");
                if (!statements.containsKey(sql)) statements.put(sql, connection.prepareStatement(sql));
                PreparedStatement statement = statements.get(sql);
                try {
                    for (int i = 2; i < fields.length; i++) send(connection, statement, i - 1, fields[i]);
                    printed(fields[0], rowsOf(statement));
                } catch (PSQLException error) {
                    ServerErrorMessage said = error.getServerErrorMessage();
                    printed(fields[0], error.getSQLState(), said.getMessage(), said.getHint(), said.getWhere());
                }
            }
        }
    }
}
