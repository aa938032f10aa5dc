// The arrow keys go up and down the column of a grid; without a script Tab goes through it.
document.querySelectorAll("table.grid input.one").forEach(function (input) {
  input.addEventListener("keydown", function (event) {
    var step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) { return; }
    event.preventDefault();
    var kind = input.name.replace(/[0-9]+$/, "");
    var column = Array.from(document.querySelectorAll("table.grid input[name^='" + kind + "']"));
    var next = column[column.indexOf(input) + step];
    if (next) { next.focus(); next.select(); }
  });
});
