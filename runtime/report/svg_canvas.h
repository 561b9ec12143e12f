// SvgCanvas: a drawing in user units, as the text of one <svg> element.
//
// Colours are classes (see SvgStyle), so that one drawing works in light and dark and needs no
// style attribute, which a strict content-security policy would refuse. Texts are escaped. Numbers
// are written with one decimal: equal drawings are equal texts.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hone {

class SvgCanvas {
 public:
  // `title` and `description` are what a screen reader says.
  SvgCanvas(double width, double height, std::string_view title, std::string_view description);

  enum class Anchor { kStart, kMiddle, kEnd };
  using Point = std::pair<double, double>;

  void Line(Point from, Point to, std::string_view css_class);
  void Box(Point corner, double width, double height, std::string_view css_class,
           std::string_view tooltip = "");
  void Dot(Point centre, double radius, std::string_view css_class, std::string_view tooltip = "");
  void Path(const std::vector<Point>& points, std::string_view css_class);
  void Area(const std::vector<Point>& points, std::string_view css_class);  // closed and filled
  void Text(Point at, std::string_view text, std::string_view css_class = "",
            Anchor anchor = Anchor::kStart);

  // `alone`: with the style inside, as a file of its own.
  [[nodiscard]] std::string Finish(bool alone) const;

 private:
  void Tooltip(std::string_view text, std::string_view element);
  double width_, height_;
  std::string head_, body_;
};

inline constexpr int kSeriesColours = 8;  // classes "s0" to "s7": fill, stroke and dash differ
std::string SeriesClass(std::size_t index);

// CSS of the classes: axis, grid, label, strong, muted, value, band, s0...s7. Light and dark.
std::string_view SvgStyle();

// About `most` round numbers that cover [low, high], the first at most low, the last at least high.
std::vector<double> NiceTicks(double low, double high, int most);

}  // namespace hone
