// Shows the copy buttons, which need a script, and makes them work.
document.querySelectorAll("[data-copy]").forEach(function (button) {
  button.hidden = false;
  button.addEventListener("click", function () {
    var source = document.getElementById(button.dataset.copy);
    var range = document.createRange();
    range.selectNodeContents(source);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    var told = function (done) { button.textContent = done ? "已复制" : "已选中，请按 Ctrl+C"; };
    if (navigator.clipboard) {
      navigator.clipboard.writeText(source.innerText).then(function () { told(true); }, function () { told(false); });
    } else {
      told(document.execCommand("copy"));
    }
  });
});
